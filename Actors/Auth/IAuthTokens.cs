namespace ActorEtcd.Auth;

/// <summary>
/// The tokens of one member (etcd: <c>auth.TokenProvider</c>). The apply actor tells it of changes in the order of the
/// log, and any thread may ask: implementations are safe for that and never block.
/// </summary>
public interface IAuthTokens
{
    /// <summary>The random part of a token for every member to keep; empty when tokens are signed instead.</summary>
    string NewPrefix();

    /// <summary>A token that says by its signature for whom it is; empty when tokens are kept.</summary>
    /// <exception cref="EtcdException">This member has no key to sign with.</exception>
    string Sign(string user, ulong authRevision);

    /// <summary>Who holds a token now; null when nobody does.</summary>
    AuthInfo? Find(string token, ulong authRevision);

    /// <summary>The index of the entry that brought the token, or 0: on a member that is behind, it may yet come.</summary>
    long IndexOf(string token);

    /// <summary>From now on the user holds the token.</summary>
    void Assign(string token, string user);

    /// <summary>The user's tokens are worth nothing any more.</summary>
    void Invalidate(string user);

    /// <summary>No token is worth anything any more.</summary>
    void Clear();

    /// <summary>Tokens that entries up to the index bring are from before the start, when their time may have run out.</summary>
    void PassOver(long index);
}
