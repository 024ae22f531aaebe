using ActorEtcd.Log;
using ActorEtcd.Raft;
using ActorEtcd.Specs.TestKit;
using ActorEtcd.Store;
using Akka.Actor;
using Akka.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Log;

public sealed class LogActorSpec : PatientTestKit
{
    private static readonly MemberId Id = new(0xabc);

    private readonly TestProbe _parent;
    private readonly TestProbe _raft;

    public LogActorSpec()
        : base(
            """
            akka.persistence.journal.plugin = "akka.persistence.journal.inmem"
            akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
            """)
    {
        _parent = CreateTestProbe("parent");
        _raft = CreateTestProbe("raft");
    }

    [Fact]
    public void Persistence_id_is_that_of_the_member() => Assert.Equal("raft-abc", LogActor.PersistenceIdOf(Id));

    [Fact]
    public void New_log_recovers_nothing()
    {
        var recovered = Start(out _);
        Assert.Equal((0, MemberId.None, 0), (recovered.Term, recovered.Vote, recovered.Entries.Length));
        Assert.Null(recovered.Manifest);
    }

    [Fact]
    public void What_was_acknowledged_is_recovered_in_order_with_truncations()
    {
        Start(out var log);
        Tell(log, new PersistTermAndVote(1, 1, new MemberId(5)));
        Tell(log, new PersistEntries(2, 0, [Entry(1, 1), Entry(2, 1), Entry(3, 1)], 0));
        Tell(log, new PersistTermAndVote(3, 2, MemberId.None));
        Tell(log, new PersistEntries(4, 1, [Entry(2, 2)], 1));
        AwaitPersisted(4);
        var recovered = Restart(log, out _);
        Assert.Equal((2, MemberId.None, 1), (recovered.Term, recovered.Vote, recovered.CommitIndex));
        Assert.Equal([1L, 2L], recovered.Entries.Select(e => e.Term));
    }

    [Fact]
    public void Many_writes_are_acknowledged_in_order_up_to_the_last()
    {
        Start(out var log);
        for (var index = 1; index <= 500; index++)
        {
            Tell(log, new PersistEntries(index, index - 1, [Entry(index, 1)], 0));
        }

        var last = 0L;
        while (last < 500)
        {
            var next = _raft.ExpectMsg<LogPersisted>().Sequence;
            Assert.True(next > last, $"{next} was acknowledged after {last}");
            last = next;
        }
    }

    [Fact]
    public void Writes_beyond_what_may_be_under_way_wait_and_are_all_acknowledged_in_order()
    {
        const int Writes = 60;
        Start(out var log);
        for (var index = 1; index <= Writes; index++)
        {
            Tell(log, new PersistEntries(index, index - 1, [new LogEntry(index, 1, EntryKind.Command, new byte[1 << 20])], 0));
        }

        log.Tell(new ResetLog(Manifest(90, 4)), TestActor);
        var last = 0L;
        while (last < Writes)
        {
            var next = _raft.ExpectMsg<LogPersisted>(TimeSpan.FromSeconds(60)).Sequence;
            Assert.True(next > last, $"{next} was acknowledged after {last}");
            last = next;
        }

        Assert.Equal(90, ExpectMsg<LogResetDone>(TimeSpan.FromSeconds(60)).Manifest.Index);
    }

    [Fact]
    public void Checkpoint_keeps_the_entries_behind_it_and_the_term_and_vote()
    {
        Start(out var log);
        Tell(log, new PersistTermAndVote(1, 3, new MemberId(7)));
        Tell(log, new PersistEntries(2, 0, [Entry(1, 3), Entry(2, 3)], 0));
        Tell(log, new PersistEntries(3, 2, [Entry(3, 3), Entry(4, 3)], 0));
        Tell(log, new PersistEntries(4, 4, [Entry(5, 3)], 4));
        AwaitPersisted(4);
        var manifest = Manifest(3, 3);
        log.Tell(new SaveCheckpoint(manifest), TestActor);
        Assert.Equal(manifest, ExpectMsg<CheckpointSaved>().Manifest);
        Assert.Equal(manifest, _raft.ExpectMsg<CheckpointSaved>().Manifest);
        var recovered = Restart(log, out _);
        Assert.Equal((3, new MemberId(7)), (recovered.Term, recovered.Vote));
        Assert.Equal(3, recovered.Manifest!.Index);
        Assert.Equal([4L, 5L], recovered.Entries.Select(e => e.Index));
    }

    [Fact]
    public void Checkpoint_asked_for_during_writes_loses_none_of_them()
    {
        Start(out var log);
        Tell(log, new PersistEntries(1, 0, [Entry(1, 1)], 0));
        AwaitPersisted(1);
        for (var index = 2; index <= 100; index++)
        {
            Tell(log, new PersistEntries(index, index - 1, [Entry(index, 1)], 0));
            if (index % 20 == 0)
            {
                log.Tell(new SaveCheckpoint(Manifest(index / 2, 1)), TestActor);
                ExpectMsg<CheckpointSaved>();
            }
        }

        _raft.FishForMessage<LogPersisted>(m => m.Sequence == 100);
        var recovered = Restart(log, out _);
        Assert.Equal(50, recovered.Manifest!.Index);
        Assert.Equal(Enumerable.Range(51, 50).Select(i => (long)i), recovered.Entries.Select(e => e.Index));
    }

    [Fact]
    public void Reset_makes_the_checkpoint_the_base_before_it_is_reported()
    {
        Start(out var log);
        Tell(log, new PersistEntries(1, 0, [Entry(1, 1), Entry(2, 1)], 0));
        log.Tell(new ResetLog(Manifest(90, 4)), TestActor);
        Assert.Equal(90, ExpectMsg<LogResetDone>().Manifest.Index);
        Tell(log, new PersistEntries(2, 90, [Entry(91, 4)], 90));
        _raft.FishForMessage<LogPersisted>(m => m.Sequence == 2);
        var recovered = Restart(log, out _);
        Assert.Equal((90, 4), (recovered.Manifest!.Index, recovered.Manifest.Term));
        Assert.Equal(91, Assert.Single(recovered.Entries).Index);
    }

    private static LogEntry Entry(long index, long term) => new(index, term, EntryKind.Command, new byte[] { 1 });

    private static CheckpointManifest Manifest(long index, long term) =>
        new(index, term, RaftConfiguration.OfVoters(Id), StoreManifest.Empty, Bytes.Empty);

    private void Tell(IActorRef log, object message) => log.Tell(message, _raft);

    private void AwaitPersisted(long sequence) => _raft.FishForMessage<LogPersisted>(m => m.Sequence == sequence);

    private LogRecovered Start(out IActorRef log)
    {
        log = _parent.ChildActorOf(LogActor.Props(Id, TimeSpan.FromMilliseconds(250)));
        var recovered = _parent.ExpectMsg<LogRecovered>();
        log.Tell(AttachRaft.Instance, _raft);
        return recovered;
    }

    private LogRecovered Restart(IActorRef log, out IActorRef next)
    {
        Watch(log);
        Sys.Stop(log);
        ExpectTerminated(log);
        return Start(out next);
    }
}
