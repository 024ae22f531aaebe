using ActorEtcd.Host.GrpcProxy;
using ActorEtcd.Host.GrpcProxy.Leasing;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Protos.Mvccpb;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Host.GrpcProxy.Leasing;

public sealed class LeasingTableSpec
{
    private const long Lease = 7;

    private readonly LeasingTable _table;
    private long _now;

    public LeasingTableSpec()
    {
        _table = new LeasingTable(new KeyNamespace("l/"), keysMax: 2, bytesMax: 1 << 20, () => _now);
        _table.Open(Lease, validUntil: 1000);
    }

    [Fact]
    public void Owned_key_is_told_until_the_session_is_over_and_longer_when_it_is_renewed()
    {
        Own("a", 5, "1");
        Assert.Equal("1", Told("a"));
        _now = 999;
        Assert.Equal("1", Told("a"));
        _now = 1000;
        Assert.Null(Told("a"));
        Assert.Null(_table.TryAcquire(Key("b")));
        _table.Renew(2000);
        Assert.Equal("1", Told("a"));
        _table.Open(Lease + 1, 3000);
        Assert.Null(Told("a"));
    }

    [Fact]
    public void Least_recently_read_is_pushed_out()
    {
        Own("a", 5, "1");
        Own("b", 6, "2");
        Told("a");
        Assert.Equal(["b"], Own("c", 7, "3").Select(static owned => owned.Key.ToStringUtf8()));
        Assert.Equal(("1", null, "3"), (Told("a"), Told("b"), Told("c")));
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(6, false)]
    public void Leasing_key_that_was_asked_back_before_the_answer_came_owns_nothing(long at, bool owned)
    {
        Acquisition acquisition = _table.TryAcquire(Key("a"))!;
        _table.Dispute(Key("a"), at, isGone: false);
        Assert.Equal(owned, _table.TryComplete(acquisition, 5, Pair("a", "1"), out _));
        Assert.Equal(owned ? "1" : null, Told("a"));
    }

    [Fact]
    public void Answer_that_belongs_to_another_session_owns_nothing()
    {
        Acquisition acquisition = _table.TryAcquire(Key("a"))!;
        _table.Open(Lease + 1, 1000);
        Assert.False(_table.TryComplete(acquisition, 5, Pair("a", "1"), out _));
    }

    [Fact]
    public void Key_is_acquired_by_one_at_a_time_and_not_while_it_is_written_or_just_lost()
    {
        Acquisition first = _table.TryAcquire(Key("a"))!;
        Assert.Null(_table.TryAcquire(Key("a")));
        WriteIntent point = _table.Announce([Keys("a", "")]);
        Assert.False(Assert.Single(point.Acquisitions).IsCompleted);
        Assert.True(_table.TryComplete(first, 5, null, out _));
        Assert.True(point.Acquisitions[0].IsCompleted);
        _table.Dispute(Key("a"), 6, isGone: false);
        _table.Withdraw(point);
        Assert.Null(_table.TryAcquire(Key("a")));
        _now = 2500;
        _table.Renew(9000);
        WriteIntent range = _table.Announce([Keys("Z", "b")]);
        Assert.Null(_table.TryAcquire(Key("a")));
        _table.Withdraw(range);
        Assert.NotNull(_table.TryAcquire(Key("a")));
    }

    [Fact]
    public void Nothing_is_told_while_writes_are_under_way_and_the_newest_after()
    {
        Own("a", 5, "1");
        OwnedKey one = Begin("a");
        OwnedKey two = Begin("a");
        Assert.Null(Told("a"));
        Assert.True(_table.Settle(two, 9, Pair("a", "3")));
        Assert.Null(Told("a"));
        Assert.True(_table.Settle(one, 8, Pair("a", "2")));
        Assert.Equal("3", Told("a"));
    }

    [Fact]
    public void Write_that_may_happen_yet_ends_the_ownership()
    {
        Own("a", 5, "1");
        _table.LoseUnsettled(Begin("a"));
        Assert.Equal((null, 0), (Told("a"), _table.Count));
    }

    [Fact]
    public void Ranges_and_leasing_keys_that_are_written_give_up_what_is_in_them()
    {
        HashSet<KeyInterval> ranges = [];
        Own("a", 5, "1");
        Assert.Empty(_table.Begin([Keys("Z", "b"), Keys("x", "y")], ranges).Touched);
        Assert.Equal([Keys("Z", "b")], ranges);
        Assert.Equal(0, _table.Count);
        Own("b", 5, "1");
        _table.Begin([Keys("l/b", "")], ranges);
        Assert.Equal(0, _table.Count);
    }

    [Theory]
    [InlineData("a,|b,|c,", "a", "c\0")]
    [InlineData("b,d|a,b", "a", "d")]
    [InlineData("b,d|c,\0", "b", "\0")]
    public void Range_that_covers_others_is_the_least(string all, string key, string end)
        => Assert.Equal(Keys(key, end), KeyInterval.Covering([.. all.Split('|').Select(static one => Keys(one.Split(',')[0], one.Split(',')[1]))]));

    private static ByteString Key(string text) => ByteString.CopyFromUtf8(text);

    private static KeyInterval Keys(string key, string end) => new(Key(key), Key(end));

    private static KeyValue Pair(string key, string value) => new() { Key = Key(key), Value = Key(value) };

    private IReadOnlyList<OwnedKey> Own(string key, long revision, string value)
    {
        Assert.True(_table.TryComplete(_table.TryAcquire(Key(key))!, revision, Pair(key, value), out IReadOnlyList<OwnedKey> pushedOut));
        return pushedOut;
    }

    private OwnedKey Begin(string key) => Assert.Single(_table.Begin([Keys(key, "")], []).Touched);

    private string? Told(string key) => _table.Read(
        find => find(Key(key)) is { } owned ? OwnedAnswer.Of(new RangeRequest { Key = Key(key) }, owned.Pair) : null)?.Kvs[0].Value.ToStringUtf8();
}
