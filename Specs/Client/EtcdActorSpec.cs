using ActorEtcd.Client;
using ActorEtcd.Raft;
using ActorEtcd.Store;
using Akka.Actor;
using Xunit;

namespace ActorEtcd.Specs.Client;

public sealed class EtcdActorSpec : NodeSpecBase
{
    private static readonly string[] Parts =
        ["log", "opener", "gateway", "raft", "apply", "checkpoint", "segments", "watch", "lease", "compaction", "space"];

    public static TheoryData<string> Children { get; } = [.. Parts];

    [Fact]
    public async Task New_node_leads_itself_and_its_actors_have_the_names_of_the_architecture()
    {
        var node = await StartAsync();
        await node.LinearizeAsync();

        Assert.Equal(Self, node.Status.Leader);
        Assert.Equal(1, node.View.Revision);
        foreach (var part in Parts)
        {
            Sys.ActorSelection($"/user/etcd/{part}").Tell(new Identify(part), TestActor);
            Assert.NotNull(ExpectMsg<ActorIdentity>(Patience, part).Subject);
        }
    }

    [Fact]
    public async Task Next_life_has_what_the_log_holds()
    {
        var first = await StartAsync();
        await first.PutAsync(PutOf("a", "1"));
        await first.PutAsync(PutOf("b", "2"));
        var revision = first.View.Revision;
        Stop();

        var second = await StartAsync();

        Assert.Equal(["a=1", "b=2"], await ContentAsync(second));
        Assert.Equal(revision, second.View.Revision);
        Assert.Equal(0, FatalCount);
    }

    [Fact]
    public async Task Next_life_begins_with_the_checkpoint_and_goes_on_with_the_log()
    {
        var first = await StartAsync();
        await first.PutAsync(PutOf("a", "1"));
        TakeCheckpoint(first);
        await first.PutAsync(PutOf("b", "2"));
        Stop();
        var second = await StartAsync();

        Assert.NotEqual(0, second.View.AppliedIndex);
        Assert.Equal(["a=1", "b=2"], await ContentAsync(second));
    }

    [Fact]
    public async Task Checkpoint_whose_segment_is_damaged_ends_the_start_with_the_reason()
    {
        var first = await StartAsync();
        await first.PutAsync(PutOf("a", "1"));
        TakeCheckpoint(first);
        Stop();
        Settings = Settings with { Segments = new MemorySegmentStorage() };

        var failure = await Assert.ThrowsAsync<NodeFailedException>(StartAsync);

        Assert.Contains("does not exist", failure.Message, StringComparison.Ordinal);
        Assert.True(failure.IsDamage);
        Assert.Equal(0, FatalCount);
    }

    [Theory]
    [MemberData(nameof(Children))]
    public async Task Part_that_fails_ends_the_node_with_its_name(string part)
    {
        await StartAsync();

        Sys.ActorSelection($"/user/etcd/{part}").Tell(Kill.Instance);

        Assert.StartsWith($"{part} failed: ", await FatalReasonAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Children))]
    public async Task Part_that_stops_ends_the_node_with_its_name(string part)
    {
        await StartAsync();

        Sys.ActorSelection($"/user/etcd/{part}").Tell(PoisonPill.Instance);

        Assert.Equal($"{part} stopped", await FatalReasonAsync());
    }

    [Fact]
    public async Task Node_that_cannot_go_on_says_so_once()
    {
        await StartAsync();
        foreach (var part in Parts)
        {
            Sys.ActorSelection($"/user/etcd/{part}").Tell(Kill.Instance);
        }

        await FatalReasonAsync();
        Stop();
        Assert.Equal(1, FatalCount);
    }

    [Fact]
    public async Task Flush_of_the_segments_that_fails_ends_the_node()
    {
        Segments.FlushFailure = new SegmentWriteException("1.seg", new IOException("no space left on device"));
        var node = await StartAsync();
        await node.PutAsync(PutOf("a", "1"));

        node.CheckpointNow();

        var reason = await FatalReasonAsync();
        Assert.StartsWith("checkpoint failed: ", reason, StringComparison.Ordinal);
        Assert.Contains(Segments.FlushFailure.Message, reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Node_that_has_lost_its_log_is_handed_out_by_the_extension_only_when_it_is_whole_again()
    {
        var others = RaftConfiguration.OfVoters(Self, new MemberId(0xdef));
        Settings = Settings with { Raft = Settings.Raft with { LostLogGroup = others } };
        var starting = StartAsync();

        // Raft is there when the root has wired all its actors, and the root answers after that turn.
        AwaitAssert(() => ActorNamed("/user/etcd/raft"), Patience);
        ActorNamed("/user/etcd");
        var handedOut = Etcd.Get(Sys).Node;
        Assert.False(handedOut.IsCompleted);
        Assert.False(starting.IsCompleted);

        Root.Tell(new LogRegained(Index: 0));

        Assert.Same(await starting, await handedOut.WaitAsync(Patience));
    }

    private void ActorNamed(string path)
    {
        Sys.ActorSelection(path).Tell(new Identify(path), TestActor);
        Assert.NotNull(ExpectMsg<ActorIdentity>(Patience, path).Subject);
    }

    private void TakeCheckpoint(EtcdNode node)
        => EventFilter.Info(start: "saved snapshot").ExpectOne(Patience, node.CheckpointNow);
}
