using System.Collections.Immutable;
using ActorEtcd.Lease;
using ActorEtcd.Messages;

namespace ActorEtcd.Auth;

/// <summary>
/// Which keys a command touches, and whether its requester may (etcd: <c>etcdserver/apply/auth.go</c>). Asked when the
/// command is applied, so that every member decides alike and with the newest users and roles.
/// </summary>
internal static class AuthGuard
{
    private static readonly LeaseTable NoLeases = new();

    public static EtcdError Check(AuthState auth, AuthInfo? requester, LeaseTable leases, RaftCommand command)
    {
        if (!auth.IsEnabled)
        {
            return EtcdError.None;
        }

        return command switch
        {
            RequestOp op => Check(auth, requester, leases, op),

            // A fenced revocation is the leader's own, of a lease whose time is over.
            LeaseRevokeRequest { FenceTerm: 0 } revoke => CheckLease(auth, requester, leases, revoke.Id),
            _ => EtcdError.None,
        };
    }

    /// <summary>An operation that writes nothing, so that no lease matters.</summary>
    public static EtcdError CheckRead(AuthState auth, AuthInfo? requester, RequestOp op)
        => auth.IsEnabled ? Check(auth, requester, NoLeases, op) : EtcdError.None;

    private static EtcdError Check(AuthState auth, AuthInfo? requester, LeaseTable leases, RequestOp op) => op switch
    {
        RangeRequest range => auth.CheckRead(requester, range.Key, range.RangeEnd),
        PutRequest put => CheckPut(auth, requester, leases, put),
        DeleteRangeRequest delete => CheckDelete(auth, requester, delete),
        TxnRequest txn => CheckTxn(auth, requester, leases, txn),
        _ => EtcdError.None,
    };

    private static EtcdError CheckPut(AuthState auth, AuthInfo? requester, LeaseTable leases, PutRequest put)
    {
        var error = auth.CheckWrite(requester, put.Key, default);

        // Who could not revoke a lease, since it would take keys along that are not theirs, cannot use it either.
        error = error == EtcdError.None ? CheckLease(auth, requester, leases, put.Lease) : error;
        return error == EtcdError.None && put.PrevKv ? auth.CheckRead(requester, put.Key, default) : error;
    }

    private static EtcdError CheckDelete(AuthState auth, AuthInfo? requester, DeleteRangeRequest delete)
    {
        var error = auth.CheckWrite(requester, delete.Key, delete.RangeEnd);
        return error == EtcdError.None && delete.PrevKv
            ? auth.CheckRead(requester, delete.Key, delete.RangeEnd)
            : error;
    }

    // Both branches are checked, whichever is taken: what is refused must not tell how the comparison ended.
    private static EtcdError CheckTxn(AuthState auth, AuthInfo? requester, LeaseTable leases, TxnRequest txn)
    {
        foreach (var compare in txn.Compares)
        {
            var error = auth.CheckRead(requester, compare.Key, compare.RangeEnd);
            if (error != EtcdError.None)
            {
                return error;
            }
        }

        var refused = CheckAll(auth, requester, leases, txn.Success);
        return refused == EtcdError.None ? CheckAll(auth, requester, leases, txn.Failure) : refused;
    }

    private static EtcdError CheckAll(
        AuthState auth, AuthInfo? requester, LeaseTable leases, ImmutableArray<RequestOp> operations)
    {
        foreach (var operation in operations)
        {
            var error = Check(auth, requester, leases, operation);
            if (error != EtcdError.None)
            {
                return error;
            }
        }

        return EtcdError.None;
    }

    private static EtcdError CheckLease(AuthState auth, AuthInfo? requester, LeaseTable leases, LeaseId lease)
    {
        if (lease.IsNone || auth.CheckAdmin(requester) == EtcdError.None)
        {
            return EtcdError.None;
        }

        foreach (var key in leases.KeysOf(lease))
        {
            var error = auth.CheckWrite(requester, key, default);
            if (error != EtcdError.None)
            {
                return error;
            }
        }

        return EtcdError.None;
    }
}
