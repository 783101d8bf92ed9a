"""Files as a person downloads them, in every form, with figures of our own."""

from __future__ import annotations

import contextlib
import csv
import io
import random
import zipfile
from pathlib import Path

import openpyxl
import pytest

from growth_claims import paths
from growth_claims.errors import InputError
from growth_claims.sources import downloads

API = (
    '\ufeff"Data Source","World Development Indicators",\r\n\r\n'
    '"Last Updated Date","2031-02-03",\r\n\r\n'
    '"Country Name","Country Code","Indicator Name","Indicator Code","2019","2020","2021",\r\n'
    '"Iceland","ISL","GDP (current US$)","NY.GDP.MKTP.CD","24000000000.25","","25500000000",\r\n'
    '"Fiji","FJI","GDP (current US$)","NY.GDP.MKTP.CD","5480000000","4430000000","",\r\n'
    '"World","WLD","GDP (current US$)","NY.GDP.MKTP.CD","8.7e13","","9.6e13",\r\n'
)
BULK = (
    "Country Name,Country Code,Indicator Name,Indicator Code,2019,2020,\r\n"
    'Iceland,ISL,"Population, total",SP.POP.TOTL,360563,366463,\r\n'
    "Iceland,ISL,Access to something (%),EG.ELC.ACCS.ZS,100,100,\r\n"
)
DATABANK = (
    "Country Name,Country Code,Series Name,Series Code,2019 [YR2019],2020 [YR2020]\r\n"
    'Iceland,ISL,"Population, total",SP.POP.TOTL,360563,366463\r\n'
    'Fiji,FJI,"Population, total",SP.POP.TOTL,..,920422\r\n'
    ",,,,,\r\n,,,,,\r\n,,,,,\r\n"
    "Data from database: World Development Indicators,,,,,\r\nLast Updated: 03/04/2031,,,,,\r\n"
)
DATABANK_TIME = (
    "Time,Time Code,Country Name,Country Code,"
    '"Population, total [SP.POP.TOTL]","GDP (current US$) [NY.GDP.MKTP.CD]"\r\n'
    "2019,YR2019,Iceland,ISL,360563,24000000000.25\r\n2020,YR2020,Iceland,ISL,366463,..\r\n"
    ",,,,,\r\nData from database: World Development Indicators,,,,,\r\n"
    "Last Updated: 03/04/2031,,,,,\r\n"
)
REPORT = (
    "Country\tSubject Descriptor\tUnits\tScale\t2019\t2020\t2021\r\n"
    "Korea\tGross domestic product, constant prices\tPercent change\tUnits\t2,3\t-0,709\tn/a\r\n"
    "São Tomé and Príncipe\tGross domestic product, current prices\tU.S. dollars\tBillions"
    "\t0,43\t--\t0,5\r\n"
    "Turkey\tGross domestic product, current prices\tU.S. dollars\tBillions"
    "\t1759,3\t717,1\t819,9\r\n"
    "\t\t\t\t\t\t\r\n"
    "International Monetary Fund, World Economic Outlook Database, April 2031\t\t\t\t\t\t\r\n"
)
WEO = (
    "WEO Country Code\tISO\tWEO Subject Code\tCountry\tSubject Descriptor\tSubject Notes\tUnits\t"
    "Scale\tCountry/Series-specific Notes\t2019\t2020\t2021\tEstimates Start After\r\n"
    "176\tISL\tNGDP_R\tIceland\tGross domestic product, constant prices\tn\tNational currency\t"
    'Billions\t"a ""note"""\t"2,961.6"\t"2,770.1"\tn/a\t2020\r\n'
    "967\tUVK\tLP\tKosovo\tPopulation\tn\tPersons\tMillions\t\t1.78\t--\t1.79\t2019\r\n"
    "176\tISL\tLUR\tIceland\tUnemployment rate\tn\tPercent of total labor force\t\t\t"
    "3.9\t6.4\t6\t\r\n"
    "\r\nInternational Monetary Fund, World Economic Outlook Database, October 2031\r\n"
)
WEO_GROUPS = (
    "WEO Country Group Code\tWEO Subject Code\tCountry Group Name\tSubject Descriptor\t"
    "Subject Notes\tUnits\tScale\tSeries-specific Notes\t2019\t2020\r\n"
    "001\tNGDP_RPCH\tWorld\tGross domestic product, constant prices\t\tPercent change\t\t\t"
    "2.8\t-2.7\r\n"
    "\r\nInternational Monetary Fund, World Economic Outlook Database, April 2031\r\n"
)
PORTAL = (
    '"DATASET","SERIES_CODE","OBS_MEASURE","COUNTRY.ID","COUNTRY","INDICATOR.ID","INDICATOR",'
    '"FREQUENCY","SCALE","UNIT","PUBLICATION_DATE","LATEST_ACTUAL_ANNUAL_DATA","2019","2020"\n'
    '"IMF.RES:WEO(31.0.0)","ISL.NGDPD.A","OBS_VALUE","ISL","Iceland","NGDPD","GDP","Annual",'
    '"Billions","US dollar","2031-10-14T13:00:00Z","2020","24.8","21.6"\n'
    '"IMF.RES:WEO(31.0.0)","IND.NGDP_RPCH.A","OBS_VALUE","IND","India","NGDP_RPCH","Growth",'
    '"Annual","Units","Percent","2031-10-14T13:00:00Z","FY2019/20","3.9",""\n'
    '"IMF.RES:WEO(31.0.0)","G001.NGDP_RPCH.A","OBS_VALUE","G001","World","NGDP_RPCH","Growth",'
    '"Annual","Units","Percent","2031-10-14T13:00:00Z","","2.8","-2.7"\n'
    '"IMF.RES:WEO(31.0.0)","G999.NGDP_RPCH.A","OBS_VALUE","G999","Some","NGDP_RPCH","Growth",'
    '"Annual","Units","Percent","2031-10-14T13:00:00Z","","2.8","-2.7"\n'
)
PORTAL_LONG = (
    "DATAFLOW,COUNTRY,INDICATOR,FREQUENCY,TIME_PERIOD,OBS_VALUE,SCALE,"
    "LATEST_ACTUAL_ANNUAL_DATA,PUBLICATION_DATE\n"
    "IMF.RES:WEO(31.0.0),ISL,NGDPD,A,2019,24800000000,9,2020,2031-10-14\n"
    "IMF.RES:WEO(31.0.0),KOS,LP,A,2019,1780000,6,2020,2031-10-14\n"
    "IMF.RES:WEO(31.0.0),ISL,NGDP_RPCH,A,2019,1.9,0,2020,2031-10-14\n"
    "IMF.RES:WEO(31.0.0),ISL,NGDP_RPCH,A,,,0,2020,2031-10-14\n"
)


def save(folder: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    """Under a name that says nothing."""
    path = folder / "download.bin"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def figures(download: downloads.Download) -> dict[tuple[str, str, int], float]:
    frame = download.frame
    keys = zip(frame["country"], frame["indicator"], frame["year"], strict=True)
    return dict(zip(keys, frame["value"], strict=True))


def excel(*sheets: str) -> bytes:
    book = openpyxl.Workbook()
    for number, text in enumerate(sheets):
        sheet = book.active if number == 0 else book.create_sheet()
        for line in text.strip().splitlines():
            cells = next(csv.reader([line]))
            sheet.append(
                [float(c) if c.replace(".", "", 1).isdigit() else c or None for c in cells]
            )
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def zipped(**files: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in files.items():
            archive.writestr(name + ".csv", text)
    return file.getvalue()


GDP = "NY.GDP.MKTP.CD"


def test_world_bank_file_of_one_indicator(tmp_path):
    download = downloads.read(save(tmp_path, API))
    assert (download.source, download.edition) == ("wdi", "2031-02-03")
    assert figures(download) == {
        ("ISL", GDP, 2019): 24000000000.25,
        ("ISL", GDP, 2021): 25500000000.0,
        ("FJI", GDP, 2019): 5480000000.0,
        ("FJI", GDP, 2020): 4430000000.0,
        ("WLD", GDP, 2019): 8.7e13,
        ("WLD", GDP, 2021): 9.6e13,
    }
    assert set(download.frame["unit"]) == {"current US$"}


def test_world_bank_zip_with_metadata(tmp_path):
    content = zipped(
        Metadata_Country_API="Country Code,Region,IncomeGroup,TableName,\nISL,a,b,d,\n",
        API=API,
        Metadata_Indicator="INDICATOR_CODE,INDICATOR_NAME,SOURCE_NOTE\nX,y,z\n",
    )
    assert figures(downloads.read(save(tmp_path, content))) == figures(
        downloads.read(save(tmp_path, API))
    )


def test_bulk_file_needs_its_edition_and_says_what_it_leaves_out(tmp_path):
    path = save(tmp_path, BULK)
    with pytest.raises(InputError, match="--edition"):
        downloads.read(path)
    download = downloads.read(path, edition="2031-01-01")
    assert download.edition == "2031-01-01"
    assert figures(download) == {
        ("ISL", "SP.POP.TOTL", 2019): 360563.0,
        ("ISL", "SP.POP.TOTL", 2020): 366463.0,
    }
    assert "EG.ELC.ACCS.ZS" in download.skipped[0]


@pytest.mark.parametrize("text", [DATABANK, DATABANK.replace(",2019 [YR2019]", ',"2019 [YR2019]"')])
def test_databank(tmp_path, text):
    download = downloads.read(save(tmp_path, text))
    assert download.edition == "2031-03-04"
    assert figures(download)[("FJI", "SP.POP.TOTL", 2020)] == 920422.0
    assert ("FJI", "SP.POP.TOTL", 2019) not in figures(download)


def test_databank_with_series_as_columns(tmp_path):
    download = downloads.read(save(tmp_path, DATABANK_TIME))
    assert figures(download) == {
        ("ISL", "SP.POP.TOTL", 2019): 360563.0,
        ("ISL", "SP.POP.TOTL", 2020): 366463.0,
        ("ISL", GDP, 2019): 24000000000.25,
    }


def test_databank_workbook_with_two_sheets(tmp_path):
    content = excel(DATABANK, "Code,Indicator Name\nSP.POP.TOTL,People")
    download = downloads.read(save(tmp_path, content))
    assert download.edition == "2031-03-04"
    assert figures(download) == figures(downloads.read(save(tmp_path, DATABANK)))


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_weo_report_by_names_with_decimal_commas(tmp_path, encoding):
    download = downloads.read(save(tmp_path, REPORT, encoding))
    assert (download.source, download.edition) == ("weo", "2031-04")
    assert figures(download) == {
        ("KOR", "NGDP_RPCH", 2019): 2.3,
        ("KOR", "NGDP_RPCH", 2020): -0.709,
        ("STP", "NGDPD", 2019): 0.43,
        ("STP", "NGDPD", 2021): 0.5,
        ("TUR", "NGDPD", 2019): 1759.3,
        ("TUR", "NGDPD", 2020): 717.1,
        ("TUR", "NGDPD", 2021): 819.9,
    }


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "latin-1"])
def test_weo_file_with_codes_thousands_and_last_actual_year(tmp_path, encoding):
    download = downloads.read(save(tmp_path, WEO, encoding))
    assert download.edition == "2031-10"
    assert figures(download) == {
        ("ISL", "NGDP_R", 2019): 2961.6,
        ("ISL", "NGDP_R", 2020): 2770.1,
        ("XKX", "LP", 2019): 1.78,
        ("XKX", "LP", 2021): 1.79,
    }
    latest = download.frame.set_index(["country", "year"])["latest_actual_year"]
    assert latest[("ISL", 2019)] == "2020"
    assert latest[("XKX", 2021)] == "2019"


def test_weo_groups(tmp_path):
    download = downloads.read(save(tmp_path, WEO_GROUPS))
    assert figures(download)[("WLD", "NGDP_RPCH", 2020)] == -2.7


def test_portal_a_row_a_series(tmp_path):
    download = downloads.read(save(tmp_path, PORTAL))
    assert download.edition == "2031-10"
    assert figures(download) == {
        ("ISL", "NGDPD", 2019): 24.8,
        ("ISL", "NGDPD", 2020): 21.6,
        ("IND", "NGDP_RPCH", 2019): 3.9,
        ("WLD", "NGDP_RPCH", 2019): 2.8,
        ("WLD", "NGDP_RPCH", 2020): -2.7,
    }
    latest = download.frame.set_index("country")["latest_actual_year"]
    assert latest["IND"] == "2020"
    assert "G999" in download.skipped[0]


def test_portal_a_row_a_figure_in_single_units(tmp_path):
    download = downloads.read(save(tmp_path, PORTAL_LONG))
    assert figures(download) == {
        ("ISL", "NGDPD", 2019): 24.8,
        ("XKX", "LP", 2019): 1.78,
        ("ISL", "NGDP_RPCH", 2019): 1.9,
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (API.replace('"FJI"', '"FIJ"'), "FJI"),
        (API.replace(GDP, "NY.GDP.MKPT.CD"), GDP),
        (API.replace("Country Code", "Country Cod"), "Country Code"),
        (API.replace("World Development Indicators", "Education Statistics"), "Education"),
        (API.replace("5480000000", "5.480.000"), "row 7"),
        (REPORT.replace("Turkey", "Turky"), "turkey"),
        (REPORT.replace("Billions", "Bilions"), "Bilions"),
        (DATABANK.replace("920422", "92O422"), "92O422"),
        (PORTAL.replace("IMF.RES:WEO", "IMF.STA:CPI"), "World Economic Outlook"),
        (
            API + '"Fiji","FJI","GDP (current US$)","NY.GDP.MKTP.CD","1","2","",\r\n',
            "second figure",
        ),
        (REPORT.replace("819,9", "819.9"), "decimal"),
        ("<!DOCTYPE html><html><body>Sign in</body></html>", "web page"),
        ("just a note\n", "just a note"),
        ("", "empty"),
        ("\n\n\n", "no table"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, text, says):
    with pytest.raises(InputError, match="(?s)" + says.replace(".", r"\.")):
        downloads.read(save(tmp_path, text))


def test_a_missing_file_and_a_folder_are_said(tmp_path):
    for path in (tmp_path, tmp_path / "nothing.csv"):
        with pytest.raises(InputError):
            downloads.read(path)


def test_no_damaged_file_ends_in_a_traceback(tmp_path):
    """Cut, with bytes changed, lines swapped: read, or an InputError; nothing else."""
    draw = random.Random(11)
    whole = [API.encode(), DATABANK.encode(), REPORT.encode("latin-1"), WEO.encode("utf-16")]
    whole += [PORTAL.encode(), PORTAL_LONG.encode(), excel(DATABANK), zipped(API=API)]
    for content in whole:
        for _ in range(60):
            broken = bytearray(content)
            kind = draw.randrange(4)
            if kind == 0:
                del broken[draw.randrange(len(broken)) :]
            elif kind == 1:
                for _ in range(draw.randrange(1, 9)):
                    broken[draw.randrange(len(broken))] = draw.randrange(256)
            elif kind == 2:
                lines = bytes(broken).split(b"\n")
                draw.shuffle(lines)
                broken = bytearray(b"\n".join(lines))
            else:
                at = draw.randrange(len(broken))
                broken[at:at] = draw.choice([b",", b'"', b"\t", b"\r\n", b"\x00", b"\xff"])
            with contextlib.suppress(InputError):
                downloads.read(save(tmp_path, bytes(broken)))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("SP.POP.TOTL: {unit: persons}", "SP.POP.TOTL: {}", r"SP\.POP\.TOTL\.unit': found nothing"),
        ("SP.POP.TOTL: {unit: persons}", "SP.POP.TOTL: persons", r"indicators\.wdi\.SP\.POP\.TOTL"),
        ("SP.POP.TOTL: {unit: persons}", "SP.POP.TOTL: {unitt: persons}", "unknown key 'unitt'"),
        ("\nsame:", "\nsames:", "'same': found nothing"),
        ("[SP.POP.GROW, SP.POP.TOTL]", "[SP.POP.GROW]", r"identities\.wdi\.1"),
    ],
)
def test_words_of_publishers_that_are_none_say_where(tmp_path, old, new, says):
    text = (paths.claims() / "publishers.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "publishers.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=says):
        downloads.vocabulary(path)
