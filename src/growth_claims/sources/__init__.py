"""Published figures as they lie in `data/raw`: one reader a publisher, and the manifest that says
what every file is and has to be."""

from growth_claims.sources.manifest import Resource, resources, seal, verify
from growth_claims.sources.readers import events, members, read_all, statements

__all__ = ["Resource", "events", "members", "read_all", "resources", "seal", "statements", "verify"]
