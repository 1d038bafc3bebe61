package io.ashlar.dataplane.message;

/** What the connecting side of a link says. */
public sealed interface ToPeer permits ToMirror, ToHolder {}
