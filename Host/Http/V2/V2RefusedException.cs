namespace ActorEtcd.Host.Http.V2;

/// <summary>A request about users, roles or members that makes no sense, with etcd's words.</summary>
internal sealed class V2RefusedException(string message) : Exception(message);
