namespace ActorEtcd.Wire;

/// <summary>Bytes from outside that are not the protobuf message they should be.</summary>
public sealed class MalformedMessageException(string message) : Exception(message);
