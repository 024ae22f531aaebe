using System.Collections.Immutable;
using ActorEtcd.Auth;
using ActorEtcd.Lease;
using ActorEtcd.Messages;
using ActorEtcd.Store;

namespace ActorEtcd.Client;

/// <summary>
/// Who a requester is, and what is checked here rather than when a command is applied (etcd:
/// <c>etcdserver/v3_server.go</c>). While users do not matter nothing here costs more than reading one field.
/// </summary>
public sealed partial class EtcdNode
{
    /// <summary>Users and roles as applied by this member.</summary>
    public AuthState Auth => replicated.Auth;

    /// <summary>A request about users and roles.</summary>
    public ValueTask<OpResult> AuthAsync(AuthRequest request, Credentials credentials) => SubmitAsync(request, credentials);

    /// <summary>Who the requester is: null when it shows nothing, or when users do not matter.</summary>
    /// <exception cref="EtcdException">It shows a token that nobody holds.</exception>
    public ValueTask<AuthInfo?> IdentifyAsync(Credentials credentials)
    {
        var auth = Auth;
        if (!auth.IsEnabled)
        {
            return default;
        }

        if (credentials.Token is not { } token)
        {
            return new(credentials.CommonName is { } name ? new AuthInfo(name, auth.Revision) : null);
        }

        return Settings.AuthTokens.Find(token, auth.Revision) is { } known ? new(known) : IdentifyLaterAsync(token);
    }

    /// <exception cref="EtcdException">The requester is nobody.</exception>
    public async ValueTask RequireUserAsync(Credentials credentials)
    {
        if (Auth.IsEnabled && !credentials.IsInternal && await IdentifyAsync(credentials).ConfigureAwait(false) is null)
        {
            throw new EtcdException(EtcdError.UserEmpty);
        }
    }

    /// <exception cref="EtcdException">The requester does not have the root role.</exception>
    public async ValueTask RequireAdminAsync(Credentials credentials)
    {
        if (Auth.IsEnabled && !credentials.IsInternal)
        {
            var requester = await IdentifyAsync(credentials).ConfigureAwait(false);
            Refuse(Auth.CheckAdmin(requester));
        }
    }

    /// <summary>Why the requester may not read the range, as far as this member knows.</summary>
    public async ValueTask<EtcdError> CheckReadAsync(Bytes key, Bytes rangeEnd, Credentials credentials)
    {
        if (!Auth.IsEnabled || credentials.IsInternal)
        {
            return EtcdError.None;
        }

        try
        {
            var requester = await IdentifyAsync(credentials).ConfigureAwait(false);
            return Auth.CheckRead(requester, key, rangeEnd);
        }
        catch (EtcdException refusal)
        {
            return refusal.Error;
        }
    }

    /// <summary>The newest view, for a requester who may read the range in it, however long that takes.</summary>
    public ValueTask<StoreView> ViewForAsync(RangeRequest request, Credentials credentials)
        => ReadAsync(request, static (node, _) => node.View, credentials);

    /// <summary>A range of a view, for whoever may read it there.</summary>
    /// <exception cref="EtcdException">FutureRev, Compacted, or Corrupt where the disk has changed a record.</exception>
    public RangeResult Range(StoreView view, RangeRequest request)
        => ReadSound(view, request, static (view, request) => view.Range(request));

    /// <summary>How long a lease lives, and its keys when the requester may read them.</summary>
    public async ValueTask<(LeaseTtl Ttl, ImmutableArray<Bytes> Keys)> LeaseTimeToLiveAsync(
        LeaseId id, bool withKeys, Credentials credentials)
    {
        await RequireUserAsync(credentials).ConfigureAwait(false);
        var revision = Auth.Revision;
        var ttl = await LeaseTimeToLiveAsync(id).ConfigureAwait(false);
        if (!withKeys || ttl.RemainingSeconds < 0)
        {
            return (ttl, []);
        }

        var keys = await LeaseKeysAsync(id).ConfigureAwait(false);
        if (Auth.IsEnabled)
        {
            var requester = await IdentifyAsync(credentials).ConfigureAwait(false);
            Refuse(CheckKeys(keys, requester, isWrite: false));
            Refuse(revision == Auth.Revision ? EtcdError.None : EtcdError.AuthOldRevision);
        }

        return (ttl, keys);
    }

    /// <summary>All leases, for a requester who may read the keys of all of them.</summary>
    public async ValueTask<ImmutableArray<LeaseId>> LeasesAsync(Credentials credentials)
    {
        var leases = await LeasesAsync().ConfigureAwait(false);
        if (!Auth.IsEnabled)
        {
            return leases;
        }

        var revision = Auth.Revision;
        var requester = await IdentifyAsync(credentials).ConfigureAwait(false);
        Refuse(requester is null ? EtcdError.UserEmpty : EtcdError.None);
        if (Auth.CheckAdmin(requester) != EtcdError.None)
        {
            foreach (var lease in leases)
            {
                Refuse(CheckKeys(await AppliedLeaseKeysAsync(lease).ConfigureAwait(false), requester, isWrite: false));
            }

            Refuse(revision == Auth.Revision ? EtcdError.None : EtcdError.AuthOldRevision);
        }

        return leases;
    }

    private async ValueTask<AuthInfo?> IdentifyLaterAsync(string token)
    {
        var tokens = Settings.AuthTokens;
        if (tokens.IndexOf(token) > AppliedIndex)
        {
            // Another member gave it a moment ago: what was committed before this request is waited for.
            await LinearizeAsync().ConfigureAwait(false);
            if (tokens.Find(token, Auth.Revision) is { } known)
            {
                return known;
            }
        }

        throw new EtcdException(EtcdError.InvalidAuthToken);
    }

    // The users and roles are published before the view with what they guard. So if they are the same before and after,
    // the view holds nothing that was written under later ones.
    private ValueTask<TResult> ReadAsync<TRequest, TResult>(
        TRequest request, Func<EtcdNode, TRequest, TResult> read, Credentials credentials)
        where TRequest : RequestOp
    {
        var auth = Auth;
        if (!auth.IsEnabled || credentials.IsInternal)
        {
            var result = read(this, request);
            if (ReferenceEquals(auth, Auth) || credentials.IsInternal)
            {
                return new(result);
            }
        }

        return ReadGuardedAsync(request, read, credentials);
    }

    private async ValueTask<TResult> ReadGuardedAsync<TRequest, TResult>(
        TRequest request, Func<EtcdNode, TRequest, TResult> read, Credentials credentials)
        where TRequest : RequestOp
    {
        var requester = await IdentifyAsync(credentials).ConfigureAwait(false);
        Refuse(AuthGuard.CheckRead(Auth, requester, request));
        var result = read(this, request);
        Refuse(IsStale(requester) ? EtcdError.AuthOldRevision : EtcdError.None);
        return result;
    }

    // A requester may have become one only by users having been enabled meanwhile; nobody is judged as nobody again.
    private bool IsStale(AuthInfo? requester)
    {
        var auth = Auth;
        return auth.IsEnabled && (requester is null || requester.Revision != auth.Revision);
    }

    private async ValueTask<OpResult> SubmitGuardedAsync(RaftCommand command, Credentials credentials)
    {
        var requester = command is AuthRequest.Authenticate
            ? null
            : await IdentifyAsync(credentials).ConfigureAwait(false);
        return await SubmitAsync(command, requester).ConfigureAwait(false);
    }

    // Renewing keeps keys alive, so it takes the right to write them.
    private async ValueTask<LeaseTtl> RenewGuardedAsync(LeaseId id, Credentials credentials)
    {
        var revision = Auth.Revision;
        var requester = await IdentifyAsync(credentials).ConfigureAwait(false);
        Refuse(requester is null ? EtcdError.UserEmpty : EtcdError.None);
        if (Auth.CheckAdmin(requester) != EtcdError.None)
        {
            Refuse(CheckKeys(await AppliedLeaseKeysAsync(id).ConfigureAwait(false), requester, isWrite: true));
            Refuse(revision == Auth.Revision ? EtcdError.None : EtcdError.AuthOldRevision);
        }

        return await RenewAsync(id).ConfigureAwait(false);
    }

    private EtcdError CheckKeys(ImmutableArray<Bytes> keys, AuthInfo? requester, bool isWrite)
    {
        var auth = Auth;
        if (auth.CheckAdmin(requester) == EtcdError.None)
        {
            return EtcdError.None;
        }

        foreach (var key in keys)
        {
            var error = isWrite ? auth.CheckWrite(requester, key, default) : auth.CheckRead(requester, key, default);
            if (error != EtcdError.None)
            {
                return error;
            }
        }

        return EtcdError.None;
    }

    private static void Refuse(EtcdError error)
    {
        if (error != EtcdError.None)
        {
            throw new EtcdException(error);
        }
    }
}
