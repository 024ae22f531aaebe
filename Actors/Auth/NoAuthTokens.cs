namespace ActorEtcd.Auth;

/// <summary>For nodes without tokens: nobody is ever known by one (etcd: <c>auth.tokenNop</c>).</summary>
public sealed class NoAuthTokens : IAuthTokens
{
    public static readonly NoAuthTokens Instance = new();

    public string NewPrefix() => string.Empty;

    public string Sign(string user, ulong authRevision) => throw new EtcdException(EtcdError.AuthFailed);

    public AuthInfo? Find(string token, ulong authRevision) => null;

    public long IndexOf(string token) => 0;

    public void Assign(string token, string user)
    {
        // Nobody will show it.
    }

    public void Invalidate(string user)
    {
        // There are none.
    }

    public void Clear()
    {
        // There are none.
    }

    public void PassOver(long index)
    {
        // There are none.
    }
}
