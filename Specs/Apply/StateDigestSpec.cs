using ActorEtcd.Apply;
using ActorEtcd.Auth;
using ActorEtcd.Lease;
using ActorEtcd.Messages;
using ActorEtcd.V2;
using Xunit;

namespace ActorEtcd.Specs.Apply;

/// <summary>The number by which members compare users, leases and v2 keys.</summary>
public sealed class StateDigestSpec
{
    private const string NoSecret = "c2VjcmV0";
    private const string OtherSecret = "c2VjcmV1";

    private readonly AppliedStore _store = new();

    [Fact]
    public void Every_kind_of_state_counts_and_a_checkpoint_gives_the_same_number()
    {
        var permission = new Permission(PermissionType.Read, Bytes.FromUtf8("a"), Bytes.FromUtf8("b"));
        var seen = new List<ulong> { _store.Applier.StateDigest };
        RaftCommand[] changes =
        [
            new LeaseGrantRequest(new LeaseId(5), 60),
            new LeaseGrantRequest(new LeaseId(6), 600),
            new V2Request(V2Request.Put, "/1/a") { Value = "x" },
            new V2Request(V2Request.Put, "/1/a") { Value = "y" },
            new V2Request(V2Request.Put, "/1/d/e") { IsDirectory = true },
            new V2Request(V2Request.Put, "/2/users") { Value = "y" },
            new AuthRequest.RoleAdd("r"),
            new AuthRequest.RoleGrantPermission("r", permission),
            new AuthRequest.RoleGrantPermission("r", permission with { Type = PermissionType.Write }),
            new AuthRequest.UserAdd("u", NoSecret),
            new AuthRequest.UserGrantRole("u", "r"),
            new AuthRequest.UserAdd("root", string.Empty, HasNoPassword: true),
            new AuthRequest.RoleAdd("root"),
            new AuthRequest.UserGrantRole("root", "root"),
            new AuthRequest.RoleDelete("r"),
            new LeaseRevokeRequest(new LeaseId(6)),
            new V2Request(V2Request.Delete, "/1/a"),
            new AuthRequest.UserDelete("u"),
            new AuthRequest.Enable(),
        ];
        foreach (var change in changes)
        {
            _store.Apply(change);
            seen.Add(_store.Applier.StateDigest);
            Assert.Equal(seen[^1], Reopened().Applier.StateDigest);
        }

        Assert.Equal(changes.Length + 1, seen.Distinct().Count());
        Assert.DoesNotContain(0UL, seen);
    }

    [Fact]
    public void What_was_added_and_removed_leaves_nothing_behind()
    {
        ulong before = _store.Applier.StateDigest;
        _store.Apply(
            new LeaseGrantRequest(new LeaseId(5), 60),
            new V2Request(V2Request.Put, "/1/a/b") { Value = "x" },
            new AuthRequest.RoleAdd("r"),
            new AuthRequest.UserAdd("u", NoSecret),
            new AuthRequest.UserGrantRole("u", "r"));
        Assert.NotEqual(before, _store.Applier.StateDigest);
        _store.Apply(
            new LeaseRevokeRequest(new LeaseId(5)),
            new V2Request(V2Request.Delete, "/1/a") { IsRecursive = true },
            new AuthRequest.RoleDelete("r"),
            new AuthRequest.UserDelete("u"));
        Assert.Equal(before, _store.Applier.StateDigest);
    }

    [Fact]
    public void What_members_that_come_from_etcd_may_hold_in_different_ways_does_not_count()
    {
        // Salted hashes of passwords, short times, remaining times, the server's own v2 nodes with the indices that they take.
        var other = new AppliedStore();
        _store.Apply(new AuthRequest.UserAdd("u", NoSecret), new LeaseGrantRequest(new LeaseId(5), 1));
        other.Apply(new AuthRequest.UserAdd("u", OtherSecret), new LeaseGrantRequest(new LeaseId(5), 2));
        other.Apply(new LeaseCheckpointRequest([new LeaseCheckpoint(new LeaseId(5), 1)]));
        other.Apply(new V2Request(V2Request.Put, "/0/version") { Value = "3.4.0" }, new V2Request(V2Request.Put, "/1/a") { Value = "x\uFFFD\uFFFD" });
        _store.Apply(new V2Request(V2Request.Put, "/1/a") { Value = "x\uFFFD" });

        Assert.Equal(_store.Applier.StateDigest, other.Applier.StateDigest);
        other.Apply(new LeaseGrantRequest(new LeaseId(6), 1));
        Assert.NotEqual(_store.Applier.StateDigest, other.Applier.StateDigest);
    }

    [Fact]
    public void Permissions_on_one_key_count_in_no_order()
    {
        Permission[] permissions = [PermissionOf("b"), PermissionOf("c")];
        Assert.Equal(
            AuthState.Of(false, 3, [], [new AuthRole("r", [.. permissions])]).Digest,
            AuthState.Of(false, 3, [], [new AuthRole("r", [.. permissions.Reverse()])]).Digest);
    }

    /// <summary>Members of other versions compare with these numbers.</summary>
    [Fact]
    public void Numbers_stay_as_they_are()
    {
        Assert.Equal(1UL, _store.Applier.StateDigest);
        _store.Apply(
            new LeaseGrantRequest(new LeaseId(5), 60),
            new V2Request(V2Request.Put, "/1/a/b") { Value = "a value of some length" },
            new AuthRequest.RoleAdd("r"),
            new AuthRequest.RoleGrantPermission("r", PermissionOf("some longer end")),
            new AuthRequest.UserAdd("u", NoSecret),
            new AuthRequest.UserGrantRole("u", "r"));
        Assert.Equal(17_957_433_520_814_494_469UL, _store.Applier.StateDigest);
    }

    private static Permission PermissionOf(string end) => new(PermissionType.ReadWrite, Bytes.FromUtf8("a"), Bytes.FromUtf8(end));

    private AppliedStore Reopened() => new(_store.Storage, _store.Checkpoint());
}
