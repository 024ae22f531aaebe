using ActorEtcd.Messages;
using ActorEtcd.Persistence.Segments;
using ActorEtcd.Specs.Store;
using ActorEtcd.Store;
using Xunit;

namespace ActorEtcd.Specs.Persistence.Segments;

public sealed class FileSegmentStorageSpec : IDisposable
{
    private static readonly StoreSettings Small = new() { SegmentCapacity = 2000 };
    private static readonly RangeRequest Everything = new() { Key = new byte[1], RangeEnd = new byte[1] };

    private readonly string _directory = Directory.CreateTempSubdirectory("segments").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Recovered_store_equals_the_one_that_was_flushed()
    {
        var storage = new FileSegmentStorage(_directory);
        var store = new MvccStore(storage, new AllLeases(), Small);
        var random = new Random(7);
        var requests = new RandomRequests(random, keys: 30);
        for (var round = 0; round < 15; round++)
        {
            Write(store, requests, count: 60);
            store.Compact(store.Revision - 20);
            store.CompactSlice(random.Next(200));
            store.RewriteSlice(random.Next(200));
            var manifest = storage.Flush(store.Capture());
            storage.Retain(manifest);
            var view = store.Publish(round, 1).View;

            // What comes after the manifest is lost.
            Write(store, requests, count: 30);
            storage.Flush(store.Capture());
            storage = new FileSegmentStorage(_directory);
            store = MvccStore.Recover(storage, new AllLeases(), Small, manifest, round, 1);
            storage.DeleteOrphans(manifest);
            AssertSame(view, store.View);
            Assert.Equal(manifest.Segments.Length, Directory.GetFiles(_directory).Length);
        }
    }

    [Fact]
    public void Readers_of_a_dropped_segment_keep_their_bytes()
    {
        var storage = new FileSegmentStorage(_directory);
        var store = new MvccStore(storage, new AllLeases(), Small);
        Fill(store, rounds: 40);
        storage.Retain(storage.Flush(store.Capture()));
        var old = store.Publish(1, 1).View;
        var records = old.Range(Everything with { Revision = 20 }).Kvs;
        var before = Texts(old, 20);

        store.Compact(store.Revision);
        while (store.CompactSlice(100) || store.RewriteSlice(100))
        {
        }

        storage.Retain(storage.Flush(store.Capture()));
        var files = Directory.GetFiles(_directory).Length;
        var now = store.Publish(2, 1).View;

        Assert.True(files <= 2, $"{files} files are left for {now.Size}");
        Assert.Equal(before, records.Select(record => Convert.ToHexString(record.Span)));
        Assert.Equal(before, Texts(old, 20));
        Assert.Equal(Texts(old, 0), Texts(now, 0));
    }

    [Fact]
    public void Any_changed_byte_is_reported_with_its_file()
    {
        var manifest = FlushedManifest();
        foreach (var info in manifest.Segments)
        {
            var path = Path.Combine(_directory, $"{info.Id:x16}.seg");
            var bytes = File.ReadAllBytes(path);
            for (var offset = 0; offset < bytes.Length; offset++)
            {
                bytes[offset] ^= 0x10;
                File.WriteAllBytes(path, bytes);
                var damage = Assert.Throws<SegmentDamagedException>(() => Recover(manifest));
                Assert.Equal(path, damage.Segment);
                Assert.InRange(damage.Offset, 0, offset);
                bytes[offset] ^= 0x10;
            }

            File.WriteAllBytes(path, bytes);
        }

        Recover(manifest);
    }

    [Fact]
    public void Sealed_segments_are_read_back_one_after_the_other_and_one_that_has_rotted_is_named()
    {
        var storage = new FileSegmentStorage(_directory);
        var store = new MvccStore(storage, new AllLeases(), Small);
        Fill(store, rounds: 40);
        var manifest = storage.Flush(store.Capture());
        var whole = new List<long>();
        for (var next = storage.VerifyNext(0); next is not null; next = storage.VerifyNext(next.Id))
        {
            whole.Add(next.Id);
        }

        Assert.Equal(manifest.Segments.Where(segment => segment.IsSealed).Select(segment => segment.Id), whole);
        var file = Directory.GetFiles(_directory).Order().ElementAt(1);
        var bytes = File.ReadAllBytes(file);
        bytes[^7] ^= 4;
        File.WriteAllBytes(file, bytes);

        Assert.Equal(whole[0], storage.VerifyNext(0)!.Id);
        var damage = Assert.Throws<SegmentDamagedException>(() => storage.VerifyNext(whole[0]));
        Assert.Equal(file, damage.Segment);
    }

    [Theory]
    [InlineData("directory")]
    [InlineData("loop of links")]
    public void Segment_that_cannot_be_read_just_now_is_not_called_damaged(string obstacle)
    {
        var (storage, manifest, path) = MappedSegment();
        var aside = path + ".aside";
        File.Move(path, aside);
        if (obstacle == "directory")
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            File.CreateSymbolicLink(path, path);
        }

        Assert.Equal(manifest.Segments[0].Id, Assert.Throws<SegmentUnreadableException>(() => storage.VerifyNext(0)).Id);
        Assert.Throws<SegmentUnreadableException>(() => Recover(manifest));

        if (obstacle == "directory")
        {
            Directory.Delete(path);
        }
        else
        {
            File.Delete(path);
        }

        File.Move(aside, path);
        Assert.Equal(manifest.Segments[0].Id, storage.VerifyNext(0)!.Id);
        Recover(manifest);
    }

    [Fact]
    public void Segment_that_the_device_cannot_read_or_that_is_gone_or_cut_is_damaged()
    {
        var (storage, manifest, path) = MappedSegment();
        var aside = path + ".aside";
        File.Copy(path, aside);
        using (var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write))
        {
            RandomAccess.SetLength(file, manifest.Segments[0].Length - 1);
        }

        var damage = Assert.Throws<SegmentDamagedException>(() => storage.VerifyNext(0));
        Assert.Equal(manifest.Segments[0].Length - 1, damage.Offset);

        File.Delete(path);
        Assert.Throws<SegmentDamagedException>(() => storage.VerifyNext(0));

        if (OperatingSystem.IsLinux())
        {
            // Nothing is at the beginning of a process's memory: reading there fails as a device does that has lost a sector.
            File.CreateSymbolicLink(path, "/proc/self/mem");
            Assert.Throws<SegmentDamagedException>(() => storage.VerifyNext(0));
            File.Delete(path);
        }

        File.Move(aside, path);
        Assert.Equal(manifest.Segments[0].Id, storage.VerifyNext(0)!.Id);
    }

    [Fact]
    public void Segment_that_had_no_room_is_written_whole_when_there_is_some()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var storage = new FileSegmentStorage(_directory);
        var store = new MvccStore(storage, new AllLeases(), Small);
        Fill(store, rounds: 40);
        var captured = store.Capture();

        // The third file's place leads to a device that is always full.
        var path = Path.Combine(_directory, $"{captured.Segments[2].Id:x16}.seg");
        File.CreateSymbolicLink(path, "/dev/full");
        var failure = Assert.Throws<SegmentWriteException>(() => storage.Flush(captured));
        Assert.True(failure.IsNoSpace, $"{failure.InnerException}");
        Assert.Equal(path, failure.Segment);
        Assert.False(File.Exists(path));

        var manifest = storage.Flush(captured);
        AssertSame(store.Publish(1, 1).View, Recover(manifest).View);
    }

    [Fact]
    public void Reading_a_segment_back_takes_no_memory_of_its_size()
    {
        const int Capacity = 8 << 20;
        var storage = new FileSegmentStorage(_directory);
        var store = new MvccStore(storage, new AllLeases(), new StoreSettings { SegmentCapacity = Capacity });
        var value = new byte[1 << 20];
        for (var key = 0; key < 16; key++)
        {
            store.Put(new PutRequest(Bytes.FromUtf8($"key{key}"), value));
        }

        var manifest = storage.Flush(store.Capture());
        Assert.True(manifest.Segments[0].IsSealed);
        storage.VerifyNext(0);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.NotNull(storage.VerifyNext(0));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(allocated < Capacity / 8, $"{allocated} bytes were allocated to read {manifest.Segments[0].Length} back");
    }

    [Fact]
    public void Any_missing_end_is_reported_with_its_file()
    {
        var manifest = FlushedManifest();
        var info = manifest.Segments[0];
        var path = Path.Combine(_directory, $"{info.Id:x16}.seg");
        var bytes = File.ReadAllBytes(path);
        for (var length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(path, bytes[..length]);
            var damage = Assert.Throws<SegmentDamagedException>(() => Recover(manifest));
            Assert.Equal(path, damage.Segment);
            Assert.Equal(length, damage.Offset);
        }

        File.Delete(path);
        Assert.Throws<SegmentDamagedException>(() => Recover(manifest));
    }

    [Fact]
    public void Received_segments_make_up_the_same_store()
    {
        var manifest = FlushedManifest();
        var source = new FileSegmentStorage(_directory);
        var original = MvccStore.Recover(source, new AllLeases(), Small, manifest, 1, 1);
        var other = Directory.CreateTempSubdirectory("segments").FullName;
        try
        {
            var target = new FileSegmentStorage(other);
            var copies = manifest.Segments.Select(info => Copy(source, target, info));
            var received = manifest with { Segments = [.. copies] };
            var copy = MvccStore.Recover(target, new AllLeases(), Small, received, 1, 1);
            AssertSame(original.View, copy.View);
            Assert.True(target.TryFindSame(manifest.Segments[0], out var own));
            Assert.Equal(received.Segments[0].Id, own.Id);
        }
        finally
        {
            Directory.Delete(other, recursive: true);
        }
    }

    [Fact]
    public void Received_segment_with_wrong_bytes_is_refused()
    {
        var manifest = FlushedManifest();
        var storage = new FileSegmentStorage(_directory);
        var receiver = storage.Receive(manifest.Segments[0]);
        receiver.Append(new byte[manifest.Segments[0].Length]);
        Assert.Throws<SegmentDamagedException>(() => receiver.Complete());
        receiver.Abandon();
        Assert.Equal(manifest.Segments.Length, Directory.GetFiles(_directory).Length);
    }

    private static List<string> Texts(StoreView view, long revision) =>
        [.. view.Range(Everything with { Revision = revision }).Kvs.Select(kv => Convert.ToHexString(kv.Span))];

    private static SegmentInfo Copy(FileSegmentStorage source, FileSegmentStorage target, SegmentInfo info)
    {
        Assert.True(source.TryGet(info.Id, out var segment));
        var receiver = target.Receive(info);
        while (receiver.Received < info.Length)
        {
            var length = Math.Min(100, info.Length - receiver.Received);
            receiver.Append(segment.Slice(receiver.Received, length).Span);
        }

        return receiver.Complete();
    }

    private static void Write(MvccStore store, RandomRequests requests, int count)
    {
        for (var request = 0; request < count; request++)
        {
            store.Put(requests.Put());
            store.DeleteRange(new DeleteRangeRequest(requests.Key()));
        }

        store.Publish(0, 0);
    }

    private static void Fill(MvccStore store, int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            for (var key = 0; key < 5; key++)
            {
                store.Put(new PutRequest(Bytes.FromUtf8($"key{key}"), Bytes.FromUtf8($"value{round}")));
            }
        }
    }

    private static void AssertSame(StoreView expected, StoreView actual)
    {
        Assert.Equal(expected.Revision, actual.Revision);
        Assert.Equal(expected.CompactRevision, actual.CompactRevision);
        Assert.Equal(expected.HistoryHash, actual.HistoryHash);
        Assert.Equal(expected.KeyCount, actual.KeyCount);
        for (var revision = Math.Max(1, expected.CompactRevision); revision <= expected.Revision; revision++)
        {
            Assert.Equal(expected.HashKv(revision), actual.HashKv(revision));
            Assert.Equal(Texts(expected, revision), Texts(actual, revision));
        }
    }

    private (FileSegmentStorage Storage, StoreManifest Manifest, string Path) MappedSegment()
    {
        var storage = new FileSegmentStorage(_directory);
        var store = new MvccStore(storage, new AllLeases(), Small);
        Fill(store, rounds: 40);
        var manifest = storage.Flush(store.Capture());
        return (storage, manifest, Path.Combine(_directory, $"{manifest.Segments[0].Id:x16}.seg"));
    }

    private StoreManifest FlushedManifest()
    {
        var storage = new FileSegmentStorage(_directory);
        var store = new MvccStore(storage, new AllLeases(), Small);
        Fill(store, rounds: 10);
        var manifest = storage.Flush(store.Capture());
        Assert.True(manifest.Segments.Length > 1, "the spec needs several segments");
        return manifest;
    }

    private MvccStore Recover(StoreManifest manifest) =>
        MvccStore.Recover(new FileSegmentStorage(_directory), new AllLeases(), Small, manifest, 1, 1);
}
