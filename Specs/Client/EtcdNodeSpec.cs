using System.Collections.Immutable;
using ActorEtcd.Client;
using ActorEtcd.Messages;
using ActorEtcd.Specs.Watch;
using ActorEtcd.Watch;
using Akka.Actor;
using Xunit;

namespace ActorEtcd.Specs.Client;

public sealed class EtcdNodeSpec : NodeSpecBase
{
    /// <summary>Requests that a task awaits, and the child that answers each.</summary>
    private static readonly (string Child, string Kind)[] Awaited =
    [
        ("gateway", "put"),
        ("gateway", "range"),
        ("gateway", "physical compaction"),
        ("apply", "leases"),
        ("apply", "lease keys"),
        ("apply", "capture"),
        ("lease", "renewal"),
        ("lease", "time to live"),
        ("watch", "watch stream"),
    ];

    public static TheoryData<string, string> Requests
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (child, kind) in Awaited)
            {
                data.Add(child, kind);
            }

            return data;
        }
    }

    public static TheoryData<string> Kinds { get; } = [.. Awaited.Select(request => request.Kind)];

    [Fact]
    public async Task Ranges_see_what_was_put_before_them()
    {
        var node = await StartAsync();
        var put = await node.PutAsync(PutOf("a", "1"));

        Assert.Equal(["a=1"], await ContentAsync(node));
        Assert.Equal(put.Revision, node.View.Revision);
        var serializable = await node.RangeAsync(All with { Serializable = true });
        Assert.Equal((put.Revision, 1), (serializable.Revision, serializable.Count));
        Assert.Equal(2, node.Applied.Ranges);
    }

    [Fact]
    public async Task Malformed_requests_are_refused_before_anything_is_proposed()
    {
        Settings = Settings with { RequestBytesMax = 100, TxnOpsMax = 1 };
        var node = await StartAsync();
        await node.LinearizeAsync();
        var before = node.Status.CommitIndex;
        RequestOp put = PutOf("a", "1");

        await RefusedAsync(EtcdError.EmptyKey, () => node.PutAsync(PutOf(string.Empty, "1")));
        await RefusedAsync(EtcdError.EmptyKey, () => node.DeleteRangeAsync(new DeleteRangeRequest(Bytes.Empty)));
        await RefusedAsync(EtcdError.RequestTooLarge, () => node.PutAsync(PutOf("a", new string('v', 100))));
        await RefusedAsync(EtcdError.TooManyOps, () => node.TxnAsync(new TxnRequest([], [put, PutOf("b", "1")], [])));
        await RefusedAsync(EtcdError.LeaseTTLTooLarge, () => node.LeaseGrantAsync(new LeaseGrantRequest(LeaseId.None, long.MaxValue)));

        Assert.Equal(before, node.Status.CommitIndex);
        Assert.Equal(0, node.PendingCommands);
    }

    [Fact]
    public async Task Put_over_the_quota_is_refused_and_raises_the_alarm_while_deletes_go_on()
    {
        Settings = Settings with { QuotaBytes = 10_000 };
        var node = await StartAsync();
        await node.PutAsync(PutOf("a", new string('v', 9200)));
        await RefusedAsync(EtcdError.NoSpace, () => node.PutAsync(PutOf("b", new string('v', 3000))));

        Until(() => !node.Alarms.IsEmpty);
        Assert.Equal(new AlarmMember(Self, AlarmType.NoSpace), Assert.Single(node.Alarms));
        await node.DeleteRangeAsync(new DeleteRangeRequest(Bytes.FromUtf8("a")));
        Assert.Empty(await ContentAsync(node));
    }

    [Fact]
    public async Task Lease_without_an_id_gets_one_and_lives_as_long_as_the_least()
    {
        Settings = Settings with { LeaseTtlSecondsMin = 5 };
        var node = await StartAsync();
        var granted = Assert.IsType<LeaseGrantResult>(await node.LeaseGrantAsync(new LeaseGrantRequest(LeaseId.None, 1)));
        Assert.True(granted.Id.Value > 0, $"lease {granted.Id}");
        Assert.Equal(5, granted.TtlSeconds);
        await node.PutAsync(PutOf("b", "1", granted.Id));
        await node.PutAsync(PutOf("a", "1", granted.Id));

        Assert.Equal(granted.Id, Assert.Single(await node.LeasesAsync()));
        Assert.Equal(["a", "b"], (await node.LeaseKeysAsync(granted.Id)).Select(key => key.ToString()));
        Assert.Equal(5, (await node.LeaseRenewAsync(granted.Id)).GrantedSeconds);
        Assert.InRange((await node.LeaseTimeToLiveAsync(granted.Id)).RemainingSeconds, 0, 5);
        await node.LeaseRevokeAsync(granted.Id);
        Assert.Empty(await node.LeasesAsync());
        Assert.Empty(await ContentAsync(node));
    }

    [Fact]
    public async Task Watch_stream_tells_what_is_put_and_ends_with_its_actor()
    {
        var node = await StartAsync();
        var sink = new RecordingSink();
        var stream = await node.OpenWatchStreamAsync(sink);
        stream.Tell(new CreateWatch(new WatchRange(Bytes.FromUtf8("a"), Bytes.Empty)));
        sink.WaitFor(update => update.Created, "the creation of the watcher");
        var put = await node.PutAsync(PutOf("a", "1"));

        var told = sink.WaitFor(update => !update.Events.IsEmpty, "the event of the put");
        Assert.Equal(put.Revision, Assert.Single(told.Events).Revision);
        Sys.Stop(stream);
        sink.WaitForEnd();
    }

    [Fact]
    public async Task Physical_compaction_ends_when_the_superseded_are_gone()
    {
        var node = await StartAsync();
        for (var i = 0; i < 10; i++)
        {
            await node.PutAsync(PutOf("a", $"{i}"));
        }

        var before = node.View.Size.LiveBytes;
        await node.CompactAsync(new CompactionRequest(node.View.Revision, Physical: true));

        Assert.True(node.View.Size.LiveBytes < before, $"{node.View.Size.LiveBytes} live bytes after {before}");
        Assert.Equal(node.View.Revision, node.View.CompactRevision);
        await RefusedAsync(EtcdError.Compacted, () => node.CompactAsync(new CompactionRequest(2)));
    }

    [Fact]
    public async Task Captured_state_is_all_of_one_moment()
    {
        var node = await StartAsync();
        await node.PublishAsync("one", ["http://127.0.0.1:2379"]);
        await node.LeaseGrantAsync(new LeaseGrantRequest(new LeaseId(9), 60));
        await node.PutAsync(PutOf("a", "1", new LeaseId(9)));

        var captured = await node.CaptureStateAsync();

        Assert.Equal(node.View.AppliedIndex, captured.View.AppliedIndex);
        Assert.Equal(2, captured.View.Revision);
        Assert.Equal(new LeaseId(9), Assert.Single(captured.State.Leases).Id);
        Assert.Equal("one", captured.State.Members.Find(Self)!.Name);
        Assert.True(captured.Configuration.IsSoleVoter(Self));
    }

    [Fact]
    public async Task Leadership_cannot_be_handed_to_a_stranger()
    {
        var node = await StartAsync();
        await node.LinearizeAsync();

        Assert.NotNull(await node.TransferLeadershipAsync(new MemberId(99), Patience));
        Assert.Equal(Self, node.Status.Leader);
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Request_left_in_the_mailbox_of_an_actor_that_stops_fails(string child, string kind)
    {
        var node = await StartAsync();
        await node.PutAsync(PutOf("a", "1"));
        await node.LeaseGrantAsync(new LeaseGrantRequest(new LeaseId(9), 60));

        // Behind the pill nothing is taken out of the mailbox any more, whether it is there already or comes later.
        Sys.ActorSelection($"/user/{EtcdActor.Name}/{child}").Tell(PoisonPill.Instance);

        await RefusedAsync(EtcdError.Stopped, () => AskAsync(node, kind));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Request_to_a_node_whose_system_has_ended_fails(string kind)
    {
        var node = await StartAsync();
        await node.LinearizeAsync();
        await Sys.Terminate().WaitAsync(Patience);

        await RefusedAsync(EtcdError.Stopped, () => AskAsync(node, kind));
    }

    private static async ValueTask<object> AskAsync(EtcdNode node, string kind) => kind switch
    {
        "put" => await node.PutAsync(PutOf("b", "1")),
        "range" => await node.RangeAsync(All),
        "leases" => await node.LeasesAsync(),
        "lease keys" => await node.LeaseKeysAsync(new LeaseId(9)),
        "physical compaction" => await node.CompactAsync(new CompactionRequest(node.View.Revision, Physical: true)),
        "capture" => await node.CaptureStateAsync(),
        "renewal" => await node.LeaseRenewAsync(new LeaseId(9)),
        "time to live" => await node.LeaseTimeToLiveAsync(new LeaseId(9)),
        "watch stream" => await node.OpenWatchStreamAsync(new RecordingSink()),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such request"),
    };

    private static async Task RefusedAsync<T>(EtcdError expected, Func<ValueTask<T>> request)
    {
        var refusal = await Assert.ThrowsAsync<EtcdException>(() => request().AsTask().WaitAsync(Patience));
        Assert.Equal(expected, refusal.Error);
    }
}
