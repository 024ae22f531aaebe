namespace ActorEtcd.Host.Http.V2;

/// <summary>A refusal of users and roles, with etcd's status and words.</summary>
internal sealed class V2AuthException(int status, string message) : Exception("auth: " + message)
{
    public int Status { get; } = status;
}
