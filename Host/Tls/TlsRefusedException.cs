namespace ActorEtcd.Host.Tls;

/// <summary>A client's certificate is not accepted; the message says why, in the words that etcd's users search for.</summary>
internal sealed class TlsRefusedException(string reason) : Exception(reason);
