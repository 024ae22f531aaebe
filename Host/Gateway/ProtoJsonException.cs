namespace ActorEtcd.Host.Gateway;

/// <summary>A request body that is not the JSON of its message.</summary>
internal sealed class ProtoJsonException(string message, Exception? inner = null) : Exception(message, inner);
