"""The route table as Gateway API routes and the policies of Envoy Gateway.

The division of labour differs from one Envoy's file, the outcome does not. What Envoy decides inside its session
filter (cookie or token?) is decided here by the choice of route: each row of the table becomes two, one for requests
with the session cookie and no Authorization header, one for all others.
"""
