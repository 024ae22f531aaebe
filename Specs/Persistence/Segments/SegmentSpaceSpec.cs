using ActorEtcd.Messages;
using ActorEtcd.Persistence.Segments;
using ActorEtcd.Specs.Store;
using ActorEtcd.Store;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace ActorEtcd.Specs.Persistence.Segments;

/// <summary>Segments on a file system that finds out only when it flushes that it has no room.</summary>
public sealed class SegmentSpaceSpec : IDisposable
{
    private const int NoSpaceError = 28;

    private static readonly StoreSettings Small = new() { SegmentCapacity = 20_000 };
    private static readonly RangeRequest Everything = new() { Key = new byte[1], RangeEnd = new byte[1] };

    private readonly string _directory = Directory.CreateTempSubdirectory("segments").FullName;
    private readonly HashSet<SafeFileHandle> _mistrusted = new(ReferenceEqualityComparer.Instance);
    private int _failures;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Segment_whose_flush_had_no_room_is_written_to_a_fresh_file_and_loses_nothing(int seed)
    {
        var random = new Random(seed);
        var storage = new FileSegmentStorage(_directory, FlushOrFail);
        var store = new MvccStore(storage, new AllLeases(), Small);
        var requests = new RandomRequests(random, keys: 30);
        StoreManifest durable = StoreManifest.Empty;
        var full = 0;
        for (var round = 1; round <= 60; round++)
        {
            for (var write = random.Next(1, 30); write > 0; write--)
            {
                store.Put(requests.Put());
            }

            var view = store.Publish(round, 1).View;
            _failures = random.Next(3) == 0 ? random.Next(1, 3) : 0;
            try
            {
                durable = storage.Flush(store.Capture());
                storage.Retain(durable);
            }
            catch (SegmentWriteException failure)
            {
                Assert.True(failure.IsNoSpace, failure.Message);
                full++;

                // What the last manifest that succeeded names is there, whatever became of the rest.
                Recovered(durable, round);
                _failures = 0;
                durable = storage.Flush(store.Capture());
            }

            Assert.Equal(Texts(view), Texts(Recovered(durable, round)));
        }

        Assert.True(full > 5, $"only {full} flushes had no room");
        Assert.Empty(Directory.GetFiles(_directory, "*" + FileSegmentStorage.PartExtension));
    }

    // A copy, since a store that opens a segment cuts what no manifest names.
    private StoreView Recovered(StoreManifest manifest, long index)
    {
        var copy = Directory.CreateTempSubdirectory("segments-copy").FullName;
        try
        {
            foreach (var file in Directory.GetFiles(_directory, "*" + FileSegmentStorage.Extension))
            {
                File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
            }

            return MvccStore.Recover(new FileSegmentStorage(copy), new AllLeases(), Small, manifest, index, 1).View;
        }
        finally
        {
            Directory.Delete(copy, recursive: true);
        }
    }

    // Of a file whose flush has failed once, no later flush may be believed.
    private void FlushOrFail(SafeFileHandle file)
    {
        Assert.False(_mistrusted.Contains(file), "a file was flushed again");
        if (_failures > 0)
        {
            _failures--;
            _mistrusted.Add(file);
            throw new IOException("No space left on device") { HResult = NoSpaceError };
        }

        RandomAccess.FlushToDisk(file);
    }

    private static string[] Texts(StoreView view)
        => [.. view.Range(Everything).Kvs.Select(static record => Convert.ToHexString(record.Span))];
}
