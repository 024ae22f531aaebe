using ActorEtcd.Messages;
using ActorEtcd.Persistence.Segments;
using ActorEtcd.Specs.TestKit;
using ActorEtcd.Store;
using Akka.Actor;
using Xunit;
using Xunit.Abstractions;

namespace ActorEtcd.Specs.Store;

/// <summary>
/// Damaged segments are put together again from what other members hold, whose segments are others; more rounds with
/// <c>MEND_ROUNDS=n</c>, others with <c>MEND_SEED=n</c>.
/// </summary>
public sealed class SegmentMendSpec : PatientTestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly StoreSettings OwnSettings = new() { SegmentCapacity = 3000 };
    private static readonly StoreSettings OtherSettings = new() { SegmentCapacity = 5000 };

    private readonly ITestOutputHelper _output;
    private readonly string _directory = Directory.CreateTempSubdirectory("mend").FullName;
    private readonly MemorySegmentStorage _otherStorage = new();
    private readonly FileSegmentStorage _storage;
    private readonly MvccStore _own;
    private readonly MvccStore _other;

    public SegmentMendSpec(ITestOutputHelper output)
    {
        _output = output;
        _storage = new FileSegmentStorage(_directory);
        _own = new MvccStore(_storage, new AllLeases(), OwnSettings);
        _other = new MvccStore(_otherStorage, new AllLeases(), OtherSettings);
    }

    [Fact]
    public void Damage_of_any_kind_is_mended_byte_for_byte_or_not_at_all()
    {
        var seed = int.Parse(Environment.GetEnvironmentVariable("MEND_SEED") ?? "1");
        var rounds = int.Parse(Environment.GetEnvironmentVariable("MEND_ROUNDS") ?? "300");
        var random = new Random(seed);
        Write(random, count: 200);
        Compact(_own);
        Write(random, count: 60);
        var manifest = _storage.Flush(_own.Capture());
        Assert.True(manifest.Segments.Length > 3, "the spec needs several segments");
        var mended = 0;
        for (var round = 0; round < rounds; round++)
        {
            var info = manifest.Segments[random.Next(manifest.Segments.Length)];
            var right = File.ReadAllBytes(PathOf(info))[..info.Length];
            var damaged = Damage(random, right);
            if (Mend(info, damaged, _other.View) is { } whole)
            {
                Assert.True(whole.AsSpan().SequenceEqual(right), $"seed {seed}, round {round}: segment {info.Id} became another");
                mended++;
            }
        }

        _output.WriteLine($"seed {seed}: {mended} of {rounds} mended");
        Assert.True(mended >= rounds * 9 / 10, $"seed {seed}: {mended} of {rounds} mended");
    }

    [Fact]
    public void Member_that_compacted_what_the_segment_still_holds_cannot_mend_it()
    {
        Write(new Random(3), count: 200);
        var info = _storage.Flush(_own.Capture()).Segments[0];
        Compact(_other);
        Assert.Null(Mend(info, new byte[info.Length], _other.View));
    }

    [Fact]
    public void Damaged_file_is_replaced_while_the_store_reads_it_and_the_next_member_is_asked_when_one_has_not_the_records()
    {
        Write(new Random(5), count: 200);
        var manifest = _storage.Flush(_own.Capture());
        var info = manifest.Segments[1];
        var hash = _own.View.HashKv(0);
        using (var file = File.OpenHandle(PathOf(info), FileMode.Open, FileAccess.Write))
        {
            RandomAccess.Write(file, "rotten"u8, info.Length / 2);
        }

        var damage = Assert.Throws<SegmentDamagedException>(() => Verify(info));
        Assert.Equal(info.Id, damage.Info!.Id);
        var empty = new MvccStore(new MemorySegmentStorage(), new AllLeases(), OwnSettings);
        StartMending(info, [Segments(empty), Segments(_other)]);

        var mended = ExpectMsg<SegmentMended>(Patience);
        Assert.InRange(mended.Bytes, 1, info.Length);
        Verify(info);
        Assert.Equal(hash, _own.View.HashKv(0));
        Assert.Equal(manifest.Segments.Length, Directory.GetFiles(_directory).Length);
    }

    [Fact]
    public void Segment_without_anybody_to_ask_stays_as_it_is()
    {
        Write(new Random(7), count: 200);
        var info = _storage.Flush(_own.Capture()).Segments[0];
        StartMending(info, []);
        Assert.Equal(info.Id, ExpectMsg<SegmentNotMended>(Patience).Segment.Id);
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>One bit, some sectors, the end, or all of it.</summary>
    private static byte[] Damage(Random random, byte[] right)
    {
        var damaged = (byte[])right.Clone();
        switch (random.Next(10))
        {
            case < 6:
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
                break;
            case 6:
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
                break;
            case 7:
                damaged.AsSpan(random.Next(damaged.Length)).Clear();
                break;
            case 8:
                var start = random.Next(damaged.Length);
                random.NextBytes(damaged.AsSpan(start, Math.Min(512, damaged.Length - start)));
                break;
            default:
                damaged.AsSpan().Clear();
                break;
        }

        return damaged;
    }

    private static byte[]? Mend(SegmentInfo info, byte[] damaged, StoreView other)
    {
        var mend = new SegmentMend(info, damaged);
        var records = new List<IReadOnlyList<ReadOnlyMemory<byte>>>();
        foreach (var gap in mend.Gaps)
        {
            var (frames, isEnd) = other.FramesBetween(gap.After, gap.Before, int.MaxValue);
            Assert.True(isEnd);
            var list = new List<ReadOnlyMemory<byte>>();
            while (!frames.IsEmpty)
            {
                list.Add(frames[..RecordFrame.At(frames.Span).Length]);
                frames = frames[list[^1].Length..];
            }

            records.Add(list);
        }

        return mend.Fill(records);
    }

    private static void Compact(MvccStore store)
    {
        store.Compact(store.Revision - 20);
        while (store.CompactSlice(1000) || store.RewriteSlice(1000))
        {
        }

        store.Publish(1, 1);
    }

    /// <summary>The same to both: some keys, values of many lengths, deletions.</summary>
    private void Write(Random random, int count)
    {
        for (var request = 0; request < count; request++)
        {
            var key = Bytes.FromUtf8($"key{random.Next(30)}");
            if (random.Next(6) == 0)
            {
                _own.DeleteRange(new DeleteRangeRequest(key));
                _other.DeleteRange(new DeleteRangeRequest(key));
                continue;
            }

            var value = new byte[random.Next(90)];
            random.NextBytes(value);
            _own.Put(new PutRequest(key, value));
            _other.Put(new PutRequest(key, value));
        }

        _own.Publish(1, 1);
        _other.Publish(1, 1);
    }

    [Fact]
    public void Flipped_bit_of_a_segment_in_use_is_never_read()
    {
        var random = new Random(7);
        Write(random, count: 200);
        var info = _storage.Flush(_own.Capture()).Segments[0];
        var expected = Everything();
        var refused = 0;
        for (var offset = Segment.HeaderSize; offset < info.Length; offset++)
        {
            var mask = (byte)(1 << random.Next(8));
            Flip(info, offset, mask);
            try
            {
                Assert.Equal(expected, Everything());
            }
            catch (SegmentDamagedException damage)
            {
                Assert.Equal(info.Id, damage.SegmentId);
                refused++;
            }

            Flip(info, offset, mask);
        }

        Assert.Equal(expected, Everything());

        // What says that a key went is not read for an answer.
        Assert.InRange(refused, info.Length / 2, info.Length);
    }

    // What all keys were at the end of the first segment, whose records are among them.
    private string Everything()
    {
        var answers = Enumerable.Range(2, 40).SelectMany(revision =>
            _own.View.Range(new RangeRequest { Key = new byte[1], RangeEnd = new byte[1], Revision = revision }).Kvs);
        return string.Join(' ', answers.Select(static record => Convert.ToHexString(record.Span)));
    }

    private void Flip(SegmentInfo info, int offset, byte mask)
    {
        using var file = File.Open(PathOf(info), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        file.Position = offset;
        var old = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(old ^ mask));
    }

    private void Verify(SegmentInfo info) => _storage.VerifyNext(info.Id - 1);

    private string PathOf(SegmentInfo info) => Path.Combine(_directory, $"{info.Id:x16}.seg");

    private IActorRef Segments(MvccStore store) =>
        Sys.ActorOf(SegmentsActor.Props(new MemorySegmentStorage(), new SegmentTransferSettings { ChunkBytes = 400 }, new ViewSource(store.View)));

    private void StartMending(SegmentInfo info, IReadOnlyList<IActorRef> members)
    {
        var settings = new SegmentTransferSettings { ChunkBytes = 400, ReplyTimeout = TimeSpan.FromSeconds(2), AttemptsMax = 1 };
        var mend = SegmentMendActor.Props(_storage, info, members, settings);
        var told = TestActor;
        Sys.ActorOf(Props.Create(() => new Parent(mend, told)));
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
}
