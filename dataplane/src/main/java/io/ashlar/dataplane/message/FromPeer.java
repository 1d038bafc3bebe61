package io.ashlar.dataplane.message;

/** What the accepting side of a link says. */
public sealed interface FromPeer permits FromMirror, FromHolder {}
