"""The pages and their paths."""

from starlette.routing import BaseRoute

from gateway.portal.pages.access import AccessPages
from gateway.portal.pages.consents import ConsentPages
from gateway.portal.pages.desk import Desk
from gateway.portal.pages.home import HomePage
from gateway.portal.pages.own import OwnPages
from gateway.portal.pages.requests import RequestPage
from gateway.portal.site import Site


def page_routes(site: Site, desk: Desk) -> list[BaseRoute]:
    """Before ``Site.lost``."""
    request, consents, access, own = RequestPage(desk), ConsentPages(desk), AccessPages(desk), OwnPages(desk)
    home = HomePage(desk).show
    return [
        site.at("/portal", get=home, public=True),
        site.at("/portal/", get=home, public=True),
        site.at("/portal/requests/{id}", get=request.show, post=request.decide),
        site.at("/portal/consents", get=consents.listed),
        site.at("/portal/consents/{id}", get=consents.show),
        site.at("/portal/consents/{id}/revoke", post=consents.revoke),
        site.at("/portal/consents/{id}/notices", post=consents.notices),
        site.at("/portal/consents/{id}/receipt", get=consents.receipt),
        site.at("/portal/access", get=access.listed),
        site.at("/portal/access/{id}/proof", get=access.proof),
        site.at("/portal/records", get=own.show),
        site.at("/portal/records/file", get=own.file),
    ]
