using ActorEtcd.Watch;
using Xunit;
using Xunit.Abstractions;

namespace ActorEtcd.Specs.Watch;

public sealed class WatcherIndexSpec(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Found_watchers_are_those_whose_range_holds_the_key(int seed)
    {
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var index = new WatcherIndex<int>();
        var model = new Dictionary<int, WatchRange>();
        for (var step = 0; step < 3000; step++)
        {
            var watcher = random.Next(60);
            if (model.Remove(watcher, out var range))
            {
                index.Remove(range, watcher);
            }
            else
            {
                model[watcher] = RandomRange(random);
                index.Add(model[watcher], watcher);
            }

            Assert.Equal(model.Count, index.Count);
            var key = RandomKey(random);
            var found = new List<int>();
            index.Find(key, found, static (list, item) => list.Add(item));
            var expected = model.Where(pair => pair.Value.Contains(key.Span)).Select(pair => pair.Key);
            Assert.Equal(expected.Order(), found.Order());
        }
    }

    [Fact]
    public void Range_ends_follow_etcds_rules()
    {
        Assert.True(new WatchRange(Bytes.FromUtf8("a"), default).Contains("a"u8));
        Assert.False(new WatchRange(Bytes.FromUtf8("a"), default).Contains("aa"u8));
        Assert.True(new WatchRange(Bytes.FromUtf8("a"), new byte[1]).Contains("zzz"u8));
        Assert.False(new WatchRange(Bytes.FromUtf8("a"), Bytes.FromUtf8("b")).Contains("b"u8));
        Assert.True(new WatchRange(Bytes.FromUtf8("b"), Bytes.FromUtf8("a")).IsEmpty);
    }

    private static Bytes RandomKey(Random random)
    {
        var key = new byte[random.Next(1, 4)];
        for (var i = 0; i < key.Length; i++)
        {
            key[i] = (byte)random.Next('a', 'e');
        }

        return key;
    }

    private static WatchRange RandomRange(Random random)
    {
        var start = RandomKey(random);
        return random.Next(4) switch
        {
            0 => new WatchRange(start, default),
            1 => new WatchRange(start, new byte[1]),
            _ => Between(start, RandomKey(random)),
        };
    }

    private static WatchRange Between(Bytes a, Bytes b) => a < b ? new WatchRange(a, b) : new WatchRange(b, a);
}
