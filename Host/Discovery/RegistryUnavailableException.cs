namespace ActorEtcd.Host.Discovery;

/// <summary>The discovery service does not answer, or not as it should; later it may.</summary>
internal sealed class RegistryUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
