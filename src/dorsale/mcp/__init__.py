"""
The workspace for assistants: what programs ask, as tools of the Model Context Protocol.

``tools`` says what there is to ask and asks it, ``told`` writes an answer so that an assistant can cite it, ``server``
speaks the protocol: the only module that needs its SDK.
"""
