namespace ActorEtcd.Persistence.EtcdData;

/// <summary>A file or directory of etcd cannot be taken over; the message is one line for the operator.</summary>
public class EtcdDataException(string message, Exception? cause = null) : Exception(message, cause);
