// Opens what a reader of paper cannot open, but for code and for tables that would fill pages and
// that are better read as CSV; lets no link lead to a file of this machine; puts title page and
// contents before the rest; returns the anchors that the contents list.
([title, contents]) => {
  for (const d of document.querySelectorAll('main details'))
    d.open = !d.querySelector('pre')
      && d.querySelectorAll('tr').length <= (d.closest('figure') ? 12 : 30);
  for (const a of document.querySelectorAll('a[href]'))
    if (!/^(#|https?:)/.test(a.getAttribute('href'))) a.removeAttribute('href');
  const part = (name, html) => {
    const box = document.createElement('div');
    box.className = name;
    box.innerHTML = html;
    return box;
  };
  const main = document.querySelector('main');
  const list = document.createElement('ol');
  const anchors = [];
  for (const h of main.querySelectorAll('h2[id], h3[id]')) {
    if (!h.getClientRects().length) continue;
    const item = list.appendChild(document.createElement('li'));
    if (h.tagName === 'H3') item.className = 'deeper';
    const link = item.appendChild(document.createElement('a'));
    link.href = '#' + h.id;
    link.appendChild(document.createElement('span')).textContent = h.textContent.trim();
    const at = link.appendChild(document.createElement('span'));
    at.className = 'at';
    at.dataset.of = h.id;
    at.textContent = '000';
    anchors.push(h.id);
  }
  const box = part('print-contents', contents);
  box.append(list);
  main.prepend(part('print-title', title), box);
  return anchors;
}
