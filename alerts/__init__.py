"""From a stored fact to people.

route -> message -> dispatch -> slack, webhook or terminal. An alert leaves through the outbox:
it is written down before it is sent and looked up before it is sent again.
"""
