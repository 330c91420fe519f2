"""Identity: who people are, which unit and duty they act for, and that it is really they who act.

Words: *unit* (单位), *post* (岗位: a person in a unit with duties), *duty* (职责), *session* (登录会话),
*one-time link* (一次性链接), *level* (认证强度). Single sign-on for other systems is a later issue;
its tables (django-oauth-toolkit's, swapped) are here already, its protocol is not.
"""
