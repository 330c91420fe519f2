"""The door (交换门): all that passes between the domains passes here, asked, decided, executed and sealed.

Words: *ask* 提问, *intake* 接入, *provider* 提供方, *client* 调用方, *directory* 目录, *receipt* 回执,
*request hash* 请求摘要. The provider side runs in the data domain, the client and the directory in the user domain.
"""
