using System.Diagnostics.CodeAnalysis;
using ActorEtcd.Alarms;
using ActorEtcd.Apply;
using ActorEtcd.Specs.TestKit;
using ActorEtcd.Store;
using Akka.Actor;
using Akka.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Store;

public sealed class ScrubActorSpec : PatientTestKit
{
    private readonly HashCheckCounters _counters = new();
    private readonly ScriptedStorage _storage = new();
    private readonly TestProbe _asker;
    private readonly IActorRef _parent;
    public ScrubActorSpec()
        : base(VirtualTimeScheduler.Config)
    {
        var scrub = ScrubActor.Props(_storage, bytesPerSecond: 1000, _counters);
        var told = TestActor;
        _asker = CreateTestProbe();
        _parent = Sys.ActorOf(Props.Create(() => new Parent(scrub, told)));
        Settle();
    }

    [Fact]
    public void Segment_that_cannot_be_read_just_now_is_passed_over_and_read_in_the_next_round()
    {
        _storage.Fail(2, new SegmentUnreadableException(2, "2", new IOException("too many open files")));
        Await(() => _storage.Asked.Count >= 4);
        _storage.Fail(2, null);
        Await(() => _storage.Asked.Count >= 8);

        Assert.Equal([0, 1, 2, 3, 0, 1, 2, 3], _storage.Asked.Take(8));
        Assert.Equal(5 * ScriptedStorage.SegmentBytes, _counters.VerifiedBytes);
        ExpectNoMsg(TimeSpan.FromMilliseconds(30));
    }

    [Fact]
    public void Damaged_segment_is_told_to_the_parent()
    {
        _storage.Fail(2, new SegmentDamagedException("2", 17, "checksum"));
        Await(() => _storage.Asked.Count >= 2);
        Assert.Contains("17", ExpectMsg<StateDamaged>().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Segment_that_a_read_found_damaged_is_verified_at_once_and_only_once_while_it_is_mended()
    {
        _storage.Fail(3, new SegmentDamagedException("3", 17, "checksum"));
        for (var asked = 0; asked < 3; asked++)
        {
            Sys.ActorSelection(_parent.Path / "*").Tell(new VerifySegment(3));
        }

        Assert.Contains("17", ExpectMsg<StateDamaged>().Reason, StringComparison.Ordinal);
        Settle();
        Assert.Equal([2], _storage.Asked);
        ExpectNoMsg(TimeSpan.FromMilliseconds(30));
    }

    // Virtual time: each step must find the timer of the last one started.
    private void Await(Func<bool> condition)
    {
        for (var step = 0; !condition(); step++)
        {
            Assert.True(step < 100, $"after {step} s of virtual time it was asked for {string.Join(", ", _storage.Asked)}");
            ((TestScheduler)Sys.Scheduler).Advance(TimeSpan.FromSeconds(1));
            Settle();
        }
    }

    // An actor answers this itself, whatever it does with other messages: first the parent, whose child is there then.
    private void Settle()
    {
        _parent.Tell(new Identify(null), _asker);
        _asker.ExpectMsg<ActorIdentity>();
        Sys.ActorSelection(_parent.Path / "*").Tell(new Identify(null), _asker);
        _asker.ExpectMsg<ActorIdentity>();
    }

    private sealed class Parent : UntypedActor
    {
        private readonly IActorRef _told;

        public Parent(Props child, IActorRef told)
        {
            _told = told;
            Context.ActorOf(child);
        }

        protected override void OnReceive(object message) => _told.Tell(message);
    }

    /// <summary>Three segments, of which one may fail.</summary>
    private sealed class ScriptedStorage : ISegmentStorage
    {
        public const int SegmentBytes = 1000;
        private const long Last = 3;

        private readonly object _gate = new();
        private readonly List<long> _asked = [];
        private (long Id, Exception? Failure) _failing;

        public IReadOnlyList<long> Asked
        {
            get
            {
                lock (_gate)
                {
                    return [.. _asked];
                }
            }
        }

        public void Fail(long id, Exception? failure)
        {
            lock (_gate)
            {
                _failing = (id, failure);
            }
        }

        public SegmentInfo? VerifyNext(long after)
        {
            lock (_gate)
            {
                _asked.Add(after);
                if (after + 1 == _failing.Id && _failing.Failure is { } failure)
                {
                    throw failure;
                }

                return after == Last ? null : SegmentInfoOf(after + 1);
            }
        }

        public Segment Create(int capacity) => throw new NotSupportedException();

        public Segment Open(SegmentInfo info, int capacity) => throw new NotSupportedException();

        public bool TryGet(long id, [NotNullWhen(true)] out Segment? segment) => throw new NotSupportedException();

        public bool TryFindSame(SegmentInfo info, [NotNullWhen(true)] out SegmentInfo? own) => throw new NotSupportedException();

        public StoreManifest Flush(StoreManifest manifest) => throw new NotSupportedException();

        public void Drop(Segment segment) => throw new NotSupportedException();

        public void Discard(Segment segment) => throw new NotSupportedException();

        public void Retain(StoreManifest manifest) => throw new NotSupportedException();

        public void DeleteOrphans(StoreManifest manifest) => throw new NotSupportedException();

        public ISegmentReceiver Receive(SegmentInfo remote) => throw new NotSupportedException();

        private static SegmentInfo SegmentInfoOf(long id) => SegmentInfos.Of(new MemorySegment(id, SegmentBytes, new byte[SegmentBytes]), crc: 0);
    }
}
