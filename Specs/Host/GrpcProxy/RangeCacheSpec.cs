using ActorEtcd.Host.GrpcProxy;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Host.GrpcProxy;

public sealed class RangeCacheSpec
{
    private static readonly byte[] Answer = [1, 2, 3];

    private readonly RangeCache _cache = new(entriesMax: 3, bytesMax: 4096);

    [Theory]
    [InlineData("b", "", "b", "", true)]
    [InlineData("b", "", "c", "", false)]
    [InlineData("b", "", "a", "c", true)]
    [InlineData("b", "", "a", "b", false)]
    [InlineData("b", "", "a", "\0", true)]
    [InlineData("b", "d", "c", "", true)]
    [InlineData("b", "d", "d", "", false)]
    [InlineData("b", "d", "a", "b", false)]
    [InlineData("b", "d", "a", "c", true)]
    [InlineData("b", "\0", "z", "", true)]
    [InlineData("b", "\0", "a", "", false)]
    public void Entry_goes_with_a_write_of_its_keys_alone(string key, string end, string writtenKey, string writtenEnd, bool goes)
    {
        Add("r", Keys(key, end));
        _cache.Invalidate(Keys(writtenKey, writtenEnd));
        Assert.Equal(goes, _cache.Find("", Text("r")) is null);
        Assert.Equal(goes ? 0 : 1, _cache.Count);
    }

    [Fact]
    public void Answer_that_was_asked_for_before_a_write_of_its_keys_is_not_kept()
    {
        long begun = _cache.Begin();
        _cache.Invalidate(Keys("other", ""));
        _cache.Add("", Text("r"), Keys("k", ""), revision: 0, Answer, begun);
        Assert.NotNull(_cache.Find("", Text("r")));
        begun = _cache.Begin();
        _cache.Invalidate(Keys("k", ""));
        _cache.Add("", Text("r"), Keys("k", ""), revision: 0, Answer, begun);
        Assert.Null(_cache.Find("", Text("r")));
        begun = _cache.Begin();
        for (int i = 0; i < 2000; i++)
        {
            _cache.Invalidate(Keys($"other{i}", ""));
        }

        _cache.Add("", Text("r"), Keys("k", ""), revision: 0, Answer, begun);
        Assert.Null(_cache.Find("", Text("r")));
    }

    [Fact]
    public void Entries_of_a_revision_stay_until_it_is_compacted_and_belong_to_who_asked()
    {
        _cache.Add("me", Text("r"), Keys("k", ""), revision: 5, Answer, _cache.Begin());
        _cache.Invalidate(Keys("k", ""));
        Assert.Same(Answer, _cache.Find("me", Text("r")));
        Assert.Null(_cache.Find("you", Text("r")));
        Assert.False(_cache.IsCompacted(5));
        _cache.Compact(6);
        Assert.True(_cache.IsCompacted(5));
        Assert.False(_cache.IsCompacted(6));
        Assert.False(_cache.IsCompacted(0));
    }

    [Fact]
    public void Oldest_entries_make_room_by_number_and_by_bytes()
    {
        foreach (string name in new[] { "a", "b", "c" })
        {
            Add(name, Keys(name, ""));
        }

        Assert.NotNull(_cache.Find("", Text("a")));
        Add("d", Keys("d", ""));
        Assert.Null(_cache.Find("", Text("b")));
        Assert.NotNull(_cache.Find("", Text("a")));
        _cache.Add("", Text("big"), Keys("big", ""), revision: 0, new byte[3800], _cache.Begin());
        Assert.Equal(1, _cache.Count);
        _cache.Add("", Text("huge"), Keys("huge", ""), revision: 0, new byte[2 << 20], _cache.Begin());
        Assert.Null(_cache.Find("", Text("huge")));
    }

    private static ByteString Text(string text) => ByteString.CopyFromUtf8(text);

    private static KeyInterval Keys(string key, string end) => new(Text(key), Text(end));

    private void Add(string name, KeyInterval keys) => _cache.Add("", Text(name), keys, revision: 0, Answer, _cache.Begin());
}
