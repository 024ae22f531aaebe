using ActorEtcd.Auth;
using ActorEtcd.Messages;
using ActorEtcd.Specs.Apply;
using Xunit;

namespace ActorEtcd.Specs.Auth;

/// <summary>What users may do with keys and leases, judged when commands are applied.</summary>
public sealed class AuthGuardSpec
{
    private const string Hash = "JDJhJDA0JGhhc2g=";
    private static readonly Bytes Own = Bytes.FromUtf8("own");
    private static readonly Bytes Readable = Bytes.FromUtf8("readable");
    private static readonly Bytes Writable = Bytes.FromUtf8("writable");
    private static readonly Bytes Foreign = Bytes.FromUtf8("foreign");

    private readonly AppliedStore _store = new();

    public AuthGuardSpec()
    {
        _store.Apply(
            new AuthRequest.UserAdd("root", Hash),
            new AuthRequest.UserGrantRole("root", "root"),
            new AuthRequest.UserAdd("u", Hash),
            new AuthRequest.RoleAdd("r"),
            Grant(PermissionType.ReadWrite, Own),
            Grant(PermissionType.Read, Readable),
            Grant(PermissionType.Write, Writable),
            new AuthRequest.UserGrantRole("u", "r"),
            new LeaseGrantRequest(new LeaseId(1), 60),
            new LeaseGrantRequest(new LeaseId(2), 60),
            AppliedStore.Put("own", "1", 1),
            AppliedStore.Put("foreign", "1", 2),
            new AuthRequest.Enable());
    }

    private AuthInfo User => new("u", _store.Applier.Auth.Revision);

    [Fact]
    public void Keys_are_guarded_by_the_permission_that_each_operation_needs()
    {
        AssertAllowed(new PutRequest(Own, default), new PutRequest(Writable, default), new DeleteRangeRequest(Writable));
        AssertAllowed(new RangeRequest { Key = Readable }, new RangeRequest { Key = Own });
        AssertDenied(new PutRequest(Readable, default), new DeleteRangeRequest(Readable), new RangeRequest { Key = Writable });
        AssertDenied(new PutRequest(Foreign, default), new RangeRequest { Key = Own, RangeEnd = Bytes.FromUtf8("p") });
    }

    [Fact]
    public void Previous_values_need_the_right_to_read()
    {
        AssertAllowed(new PutRequest(Own, default, PrevKv: true), new DeleteRangeRequest(Own, PrevKv: true));
        AssertDenied(new PutRequest(Writable, default, PrevKv: true), new DeleteRangeRequest(Writable, PrevKv: true));
        AssertDenied(Txn(new PutRequest(Writable, default, PrevKv: true)), Txn(new DeleteRangeRequest(Writable, PrevKv: true)));
    }

    [Fact]
    public void Transactions_are_checked_in_both_branches_and_at_every_depth()
    {
        AssertAllowed(Txn(new PutRequest(Own, default)));
        AssertDenied(
            Txn(new PutRequest(Foreign, default)),
            Txn(Txn(new PutRequest(Foreign, default))),
            Txn(Txn(Txn(new RangeRequest { Key = Foreign }))),
            Txn(new TxnRequest([], [], [Txn(new DeleteRangeRequest(Foreign))])),
            new TxnRequest([], [], [new RangeRequest { Key = Foreign }]),
            new TxnRequest([new Compare(CompareResult.Equal, CompareTarget.Version, Foreign)], [], []),
            Txn(new TxnRequest([new Compare(CompareResult.Equal, CompareTarget.Version, Foreign)], [], [])),
            new TxnRequest([new Compare(CompareResult.Equal, CompareTarget.Version, Own, RangeEnd: new byte[1])], [], []));
    }

    [Fact]
    public void Lease_with_keys_of_others_can_neither_be_used_nor_revoked()
    {
        AssertAllowed(new PutRequest(Own, default, new LeaseId(1)));
        AssertDenied(
            new PutRequest(Own, default, new LeaseId(2)),
            Txn(new PutRequest(Own, default, new LeaseId(2))),
            Txn(Txn(new PutRequest(Own, default, new LeaseId(2)))),
            new LeaseRevokeRequest(new LeaseId(2)));
        AssertAllowed(new LeaseRevokeRequest(new LeaseId(1)), new LeaseRevokeRequest(new LeaseId(2), AppliedStore.Term));
    }

    [Fact]
    public void Requester_is_refused_when_it_is_nobody_or_unknown_or_judged_by_old_users()
    {
        Assert.Equal(EtcdError.UserEmpty, ErrorOf(new PutRequest(Own, default), null));
        Assert.Equal(EtcdError.UserEmpty, ErrorOf(new PutRequest(Own, default), AuthInfo.Nobody));
        Assert.Equal(EtcdError.PermissionDenied, ErrorOf(new PutRequest(Own, default), User with { User = "x" }));
        var before = User;
        Assert.Equal(EtcdError.None, ErrorOf(new AuthRequest.RoleAdd("s"), new AuthInfo("root", before.Revision)));
        Assert.Equal(EtcdError.AuthOldRevision, ErrorOf(new PutRequest(Own, default), before));
        Assert.Equal(EtcdError.AuthOldRevision, ErrorOf(new PutRequest(Own, default), before with { User = "root" }));
    }

    [Fact]
    public void Root_may_do_everything_and_everybody_may_when_users_do_not_matter()
    {
        var root = new AuthInfo("root", _store.Applier.Auth.Revision);
        Assert.Equal(EtcdError.None, ErrorOf(new DeleteRangeRequest(new byte[1], new byte[1], PrevKv: true), root));
        Assert.Equal(EtcdError.None, ErrorOf(new AuthRequest.Disable(), root));
        Assert.Equal(EtcdError.None, ErrorOf(new PutRequest(Foreign, default), null));
    }

    private static AuthRequest Grant(PermissionType type, Bytes key)
        => new AuthRequest.RoleGrantPermission("r", new Permission(type, key, default));

    private static TxnRequest Txn(RequestOp operation) => new([], [operation], []);

    private void AssertAllowed(params RaftCommand[] commands)
        => Assert.All(commands, command => Assert.Equal(EtcdError.None, ErrorOf(command, User)));

    private void AssertDenied(params RaftCommand[] commands)
        => Assert.All(commands, command => Assert.Equal(EtcdError.PermissionDenied, ErrorOf(command, User)));

    private EtcdError ErrorOf(RaftCommand command, AuthInfo? requester)
    {
        var revision = _store.Store.Revision;
        _store.Apply(_store.EntryOf(command, requester: requester));
        var error = Assert.Single(_store.Applier.Publish(_store.Index, AppliedStore.Term).Outcomes).Error;
        Assert.True(error == EtcdError.None || revision == _store.Store.Revision, $"{command} was refused and applied");
        return error;
    }
}
