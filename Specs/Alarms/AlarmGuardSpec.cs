using ActorEtcd.Alarms;
using ActorEtcd.Messages;
using ActorEtcd.Specs.Apply;
using Xunit;

namespace ActorEtcd.Specs.Alarms;

public sealed class AlarmGuardSpec
{
    private static readonly AlarmMember NoSpace = new(new MemberId(1), AlarmType.NoSpace);
    private static readonly AlarmMember Corrupt = new(new MemberId(1), AlarmType.Corrupt);

    public static TheoryData<RaftCommand> Administration => new(
        new AlarmRequest(AlarmAction.Deactivate, new MemberId(1), AlarmType.Corrupt),
        new AuthRequest.UserAdd("u", string.Empty),
        new AuthRequest.Authenticate("u", "abc"),
        new MemberAttributesRequest(new MemberId(1), "one", []));

    [Fact]
    public void Puts_in_nested_transactions_take_space_at_every_depth()
    {
        // etcd's fix 22139 of 2026: the quota did not look into nested transactions.
        var put = new TxnRequest([], [AppliedStore.Put("a", "1")], []);
        var deep = new TxnRequest([], [], [new TxnRequest([], [new TxnRequest([], [], [put])], [])]);
        Assert.True(AlarmGuard.TakesSpace(deep));
        Assert.Equal(EtcdError.NoSpace, AlarmGuard.Check(deep, [NoSpace]));
        Assert.False(AlarmGuard.TakesSpace(new TxnRequest([], [new TxnRequest([], [AppliedStore.Delete("a")], [])], [])));
    }

    [Theory]
    [InlineData(V2Request.Put, "/1/a", null, true)]
    [InlineData(V2Request.Put, "/1/a", true, false)]
    [InlineData(V2Request.Post, "/1/a", null, true)]
    [InlineData(V2Request.Delete, "/1/a", null, false)]
    [InlineData(V2Request.Sync, "", null, false)]
    [InlineData(V2Request.QuorumGet, "/1/a", null, false)]
    [InlineData(V2Request.Put, "/2/users/root", null, false)]
    [InlineData(V2Request.Put, "/0/version", null, false)]
    public void Changes_of_the_v2_store_take_space_when_they_make_or_fill_keys_of_clients(
        string method, string path, bool? isRefresh, bool takesSpace)
    {
        var request = new V2Request(method, path) { Refresh = isRefresh };
        Assert.Equal(takesSpace, AlarmGuard.TakesSpace(request));
        Assert.Equal(EtcdError.None, AlarmGuard.Check(request, [NoSpace, Corrupt]));
    }

    [Theory]
    [MemberData(nameof(Administration))]
    public void Administration_passes_every_alarm(RaftCommand command)
        => Assert.Equal(EtcdError.None, AlarmGuard.Check(command, [NoSpace, Corrupt]));
}
