using ActorEtcd.Auth;
using ActorEtcd.Client;
using ActorEtcd.Messages;
using ActorEtcd.Specs.Apply;
using ActorEtcd.Specs.TestKit;
using ActorEtcd.Wire;
using Akka.TestKit.Configs;
using Xunit;

namespace ActorEtcd.Specs.Client;

/// <summary>Who requesters are at the edge of a node, and what they may read there.</summary>
public sealed class EtcdNodeAuthSpec : PatientTestKit
{
    private const string Hash = "JDJhJDA0JGhhc2g=";
    private static readonly Bytes Own = Bytes.FromUtf8("own");
    private static readonly Credentials User = new("user-token");

    private readonly KnownTokens _tokens = new();
    private readonly EdgeNode _edge;

    public EtcdNodeAuthSpec()
        : base(TestConfigs.TestSchedulerConfig)
        => _edge = new EdgeNode(TestActor, settings => settings with { AuthTokens = _tokens });

    [Fact]
    public async Task Linearizable_read_is_judged_by_the_users_of_the_moment_that_it_reads()
    {
        Enable();
        var answer = _edge.Node.RangeAsync(new RangeRequest { Key = Own }, User);
        var barrier = ExpectMsg<AwaitRead>().Read;
        Apply(new AuthRequest.UserRevokeRole("u", "r"));
        Apply(AppliedStore.Put("own", "secret"));
        _edge.CatchUp();
        barrier.TryComplete(true);
        await RefusedAsync(EtcdError.PermissionDenied, answer);
    }

    [Fact]
    public async Task Read_of_nobody_is_refused_when_users_begin_to_matter_before_it_reads()
    {
        SetUp();
        var range = _edge.Node.RangeAsync(new RangeRequest { Key = Own });
        var barrier = ExpectMsg<AwaitRead>().Read;
        Apply(new AuthRequest.Enable());
        _edge.CatchUp();
        barrier.TryComplete(true);
        await RefusedAsync(EtcdError.UserEmpty, range);
    }

    [Fact]
    public async Task Token_of_old_users_and_roles_reads_nothing()
    {
        Enable();
        _tokens.Revision = _edge.Node.Auth.Revision - 1;
        var read = new RangeRequest { Key = Own, Serializable = true };
        await RefusedAsync(EtcdError.AuthOldRevision, _edge.Node.RangeAsync(read, User));
        var txn = new TxnRequest([], [read], []);
        await RefusedAsync(EtcdError.AuthOldRevision, _edge.Node.TxnAsync(txn, User));
    }

    [Fact]
    public async Task Read_only_transaction_is_checked_like_any()
    {
        Enable();
        var read = new RangeRequest { Key = Bytes.FromUtf8("foreign"), Serializable = true };
        await RefusedAsync(EtcdError.PermissionDenied, _edge.Node.TxnAsync(new TxnRequest([], [], [read]), User));
        await RefusedAsync(EtcdError.PermissionDenied, _edge.Node.TxnAsync(new TxnRequest([], [new TxnRequest([], [read], [])], []), User));
        await _edge.Node.TxnAsync(new TxnRequest([], [read with { Key = Own }], []), User);
    }

    [Fact]
    public async Task Common_name_of_a_verified_client_is_its_user()
    {
        Enable();
        var read = new RangeRequest { Key = Own, Serializable = true };
        await _edge.Node.RangeAsync(read, new Credentials(null, "u"));
        await RefusedAsync(EtcdError.PermissionDenied, _edge.Node.RangeAsync(read, new Credentials(null, "x")));
        await RefusedAsync(EtcdError.InvalidAuthToken, _edge.Node.RangeAsync(read, new Credentials("x", "u")));
        await RefusedAsync(EtcdError.UserEmpty, _edge.Node.RangeAsync(read));
        await _edge.Node.RangeAsync(read with { Key = new byte[1], RangeEnd = new byte[1] }, Credentials.Internal);
    }

    [Fact]
    public async Task Token_that_another_member_gave_a_moment_ago_is_waited_for()
    {
        Enable();
        var identified = _edge.Node.IdentifyAsync(new Credentials("new-token"));
        Assert.False(identified.IsCompleted);
        var barrier = ExpectMsg<AwaitRead>().Read;
        _tokens.Users["new-token"] = "u";
        barrier.TryComplete(true);
        Assert.Equal("u", (await identified)?.User);
        await RefusedAsync(EtcdError.InvalidAuthToken, _edge.Node.IdentifyAsync(new Credentials("old-token")));
    }

    [Fact]
    public void Command_carries_its_requester_and_the_revision_of_users()
    {
        Enable();
        _ = _edge.Node.PutAsync(new PutRequest(Own, default), User).AsTask();
        var decoded = CommandCodec.Decode(ExpectMsg<Submit>().Command.Payload);
        Assert.Equal(new AuthInfo("u", _edge.Node.Auth.Revision), decoded.Requester);
    }

    [Fact]
    public async Task While_users_do_not_matter_tokens_are_not_looked_at()
    {
        _edge.CatchUp();
        await _edge.Node.RangeAsync(new RangeRequest { Key = Own, Serializable = true }, new Credentials("x"));
        _ = _edge.Node.PutAsync(new PutRequest(Own, default), new Credentials("x")).AsTask();
        Assert.Null(CommandCodec.Decode(ExpectMsg<Submit>().Command.Payload).Requester);
    }

    [Fact]
    public void Serializable_range_costs_no_byte_more_than_the_view_itself_while_users_do_not_matter()
    {
        Apply(AppliedStore.Put("own", "1"));
        _edge.CatchUp();
        var node = _edge.Node;
        var read = new RangeRequest { Key = Own, Serializable = true };
        Func<long> view = () => node.View.Range(read).Revision;
        Func<long> edge = () =>
        {
            var range = node.RangeAsync(read);
            return range.IsCompletedSuccessfully ? range.Result.Revision : throw new InvalidOperationException("the range waits");
        };
        Assert.Equal(BytesOf(view), BytesOf(edge));
    }

    private static long BytesOf(Func<long> read)
    {
        const int Calls = 1_000;
        read();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Calls; i++)
        {
            read();
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / Calls;
    }

    private void SetUp()
    {
        Apply(new AuthRequest.UserAdd("root", Hash));
        Apply(new AuthRequest.UserGrantRole("root", "root"));
        Apply(new AuthRequest.UserAdd("u", Hash));
        Apply(new AuthRequest.RoleAdd("r"));
        Apply(new AuthRequest.RoleGrantPermission("r", new Permission(PermissionType.ReadWrite, Own, default)));
        Apply(new AuthRequest.UserGrantRole("u", "r"));
        _edge.CatchUp();
    }

    private void Enable()
    {
        SetUp();
        Apply(new AuthRequest.Enable());
        _edge.CatchUp();
    }

    private void Apply(RaftCommand command)
        => _edge.Store.Apply(_edge.Store.EntryOf(command, requester: new AuthInfo("root", _edge.Store.Applier.Auth.Revision)));

    private static async Task RefusedAsync<T>(EtcdError error, ValueTask<T> answer)
        => Assert.Equal(error, (await Assert.ThrowsAsync<EtcdException>(async () => await answer)).Error);

    /// <summary>Tokens that a spec gives; "new-token" is of an entry that is not applied yet.</summary>
    private sealed class KnownTokens : IAuthTokens
    {
        public Dictionary<string, string> Users { get; } = new() { ["user-token"] = "u" };

        public ulong? Revision { get; set; }

        public string NewPrefix() => string.Empty;

        public string Sign(string user, ulong authRevision) => string.Empty;

        public AuthInfo? Find(string token, ulong authRevision)
            => Users.TryGetValue(token, out var user) ? new AuthInfo(user, Revision ?? authRevision) : null;

        public long IndexOf(string token) => token == "new-token" ? 1_000 : 0;

        public void Assign(string token, string user) => Users[token] = user;

        public void Invalidate(string user) => Users.Clear();

        public void Clear() => Users.Clear();

        public void PassOver(long index)
        {
            // None come from entries.
        }
    }
}
