using ActorEtcd.Messages;
using ActorEtcd.V2;
using ActorEtcd.Wire;
using Xunit;

namespace ActorEtcd.Specs.V2;

public sealed class V2StoreSpec
{
    private const long Second = 1_000_000_000;
    private const long Now = 1_700_000_000 * Second;

    private readonly V2Store _store = new(V2State.Initial);

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 20)];

    [Fact]
    public void Set_makes_directories_on_the_way_and_tells_what_was_there()
    {
        V2Event first = Done(Put("/1/a/b", "x"));
        V2Event second = Done(Put("/1/a/b", "y"));

        Assert.True(first.IsCreated);
        Assert.Null(first.PrevNode);
        Assert.Equal(("x", 1UL), (second.PrevNode!.Value, second.PrevNode.ModifiedIndex));
        Assert.False(second.IsCreated);
        Assert.Equal((2UL, 2UL), (second.Node.CreatedIndex, second.Node.ModifiedIndex));
        V2Node directory = _store.State.Find("/1/a").Node!;
        Assert.True(directory.IsDirectory);
        Assert.Equal(1UL, directory.CreatedIndex);
    }

    [Theory]
    [InlineData("/", V2ErrorCode.RootReadOnly, "/")]
    [InlineData("/1", V2ErrorCode.RootReadOnly, "/")]
    [InlineData("/1/file/x", V2ErrorCode.NotDirectory, "/1/file")]
    [InlineData("/1/dir", V2ErrorCode.NotFile, "/1/dir")]
    public void Set_that_cannot_be_is_refused_with_its_cause_and_changes_nothing(string path, V2ErrorCode code, string cause)
    {
        Done(Put("/1/file", "x"));
        Done(Put("/1/dir/below", "x"));
        V2State before = _store.State;

        (_, V2Error? error) = _store.Apply(Put(path, "y"));

        Assert.Equal(new V2Error(code, cause, 2), error);
        Assert.Same(before, _store.State);
    }

    [Fact]
    public void Posts_get_names_in_order_of_their_indexes()
    {
        Done(Put("/1/other", "x"));
        string[] keys = [.. Enumerable.Range(0, 3).Select(_ => Done(new V2Request(V2Request.Post, "/1/queue") { Time = Now }).Node.Key)];

        Assert.Equal(
            ["/1/queue/00000000000000000002", "/1/queue/00000000000000000003", "/1/queue/00000000000000000004"], keys);
    }

    [Fact]
    public void Compare_and_swap_tells_what_did_not_match()
    {
        Done(Put("/1/a", "x"));

        Assert.Equal("[y != x]", Refused(Put("/1/a", "z") with { PrevValue = "y" }).Cause);
        Assert.Equal("[9 != 1]", Refused(Put("/1/a", "z") with { PrevIndex = 9 }).Cause);
        Assert.Equal("[y != x] [9 != 1]", Refused(Put("/1/a", "z") with { PrevValue = "y", PrevIndex = 9 }).Cause);
        V2Event swapped = Done(Put("/1/a", "z") with { PrevValue = "x", PrevIndex = 1 });
        Assert.Equal(V2Action.CompareAndSwap, swapped.Action);
        Assert.Equal((1UL, 2UL, "z"), (swapped.Node.CreatedIndex, swapped.Node.ModifiedIndex, swapped.Node.Value));
    }

    [Fact]
    public void Directory_is_deleted_only_as_one_and_with_its_content_only_recursively()
    {
        Done(Put("/1/d/x", "1"));

        Assert.Equal(V2ErrorCode.NotFile, Refused(Delete("/1/d")).Code);
        Assert.Equal(V2ErrorCode.DirectoryNotEmpty, Refused(Delete("/1/d") with { IsDirectory = true }).Code);
        Done(Delete("/1/d") with { IsRecursive = true });
        Assert.Equal(V2ErrorCode.KeyNotFound, _store.State.Find("/1/d/x").Error!.Code);
        V2Notice last = _store.DrainNotices()[^1];
        Assert.Equal(["/1/d/x", "/1/d"], last.Removed.ToArray());
    }

    [Fact]
    public void Nodes_expire_at_the_leaders_time_in_order_and_a_directory_with_all_that_is_in_it()
    {
        Done(Put("/1/late", "x") with { ExpiresAt = Now + (3 * Second) });
        Done(Put("/1/dir", string.Empty) with { IsDirectory = true, ExpiresAt = Now + Second });
        Done(Put("/1/dir/inside", "x") with { ExpiresAt = Now + (2 * Second) });
        Done(Put("/1/stays", "x"));
        Done(Put("/1/renewed", "x") with { ExpiresAt = Now + Second });
        Done(Put("/1/renewed", string.Empty) with { Refresh = true, ExpiresAt = Now + (9 * Second) });
        _store.DrainNotices();

        Sync(Now + (3 * Second));

        Assert.Equal(
            [(V2Action.Expire, "/1/dir"), (V2Action.Expire, "/1/late")],
            _store.DrainNotices().Select(static notice => (notice.Event.Action, notice.Event.Node.Key)));
        Assert.Equal("x", _store.State.Find("/1/renewed").Node!.Value);
        Assert.Equal(["/1/renewed"], _store.State.Expiries.Select(static expiry => expiry.Path));
        Assert.Equal(2, _store.Counters[V2Action.Expire, true]);
    }

    [Fact]
    public void Refresh_keeps_the_value_and_is_told_to_no_watcher()
    {
        Done(Put("/1/a", "x"));
        _store.DrainNotices();

        V2Event refreshed = Done(Put("/1/a", string.Empty) with { Refresh = true, PrevExist = true, ExpiresAt = Now + (5 * Second) });

        Assert.Equal(("x", 5L), (refreshed.Node.Value, refreshed.Node.TtlSeconds));
        Assert.Empty(_store.DrainNotices());
        Assert.Null(_store.State.History.Find("/1/a", isRecursive: false, 2, 2).Event);
    }

    [Fact]
    public void History_holds_the_last_thousand_events_and_says_when_it_is_too_short()
    {
        for (int i = 0; i < V2History.EventsMax + 10; i++)
        {
            Done(Put($"/1/{i % 7}", "x"));
        }

        V2History history = _store.State.History;
        Assert.Equal((11UL, 1010UL), (history.First, history.Last));
        (_, V2Error? error) = history.Find("/1/1", isRecursive: false, 10, 1010);
        Assert.Equal(
            new V2Error(V2ErrorCode.EventIndexCleared, "the requested history has been cleared [11/10]", 1010), error);
        Assert.Equal(16UL, history.Find("/1/1", isRecursive: false, 11, 1010).Event!.Node.ModifiedIndex);
        Assert.Equal(11UL, history.Find("/1", isRecursive: true, 11, 1010).Event!.Node.ModifiedIndex);
        Assert.Null(history.Find("/1", isRecursive: false, 11, 1010).Event);
        Assert.Null(history.Find("/1", isRecursive: true, 1011, 1010).Event);
    }

    [Fact]
    public void Hidden_nodes_are_not_listed_but_found_by_their_name()
    {
        Done(Put("/1/d/_hidden", "x"));
        Done(Put("/1/d/seen", "x"));

        Assert.Equal(["/1/d/seen"], _store.State.Get("/1/d", isRecursive: true, Now).Event!.Node.Nodes.Select(static node => node.Key));
        Assert.Equal("x", _store.State.Get("/1/d/_hidden", isRecursive: false, Now).Event!.Node.Value);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Random_requests_give_the_same_state_through_wire_form_and_checkpoint(int seed)
    {
        var random = new Random(seed);
        var other = new V2Store(V2State.Initial);
        for (int i = 0; i < 400; i++)
        {
            V2Request request = Next(random, Now + (i * Second / 10));
            DecodedCommand decoded = CommandCodec.Decode(CommandCodec.Encode(7, request));
            Assert.Equal(request, decoded.Command);
            (V2Event? happened, V2Error? error) = _store.Apply(request);
            (V2Event? again, V2Error? otherError) = other.Apply((V2Request)decoded.Command);
            Assert.Equal(error, otherError);
            Assert.Equal(happened?.Node.ModifiedIndex, again?.Node.ModifiedIndex);
            if (random.Next(20) == 0)
            {
                other = new V2Store(V2StateCodec.Decode(V2StateCodec.Encode(other.Capture())));
            }
        }

        Assert.Equal(V2StateCodec.Encode(_store.Capture()), V2StateCodec.Encode(other.Capture()));
        Assert.Equal(V2Sum.Of(_store.State.Root), _store.State.Sum);
        Assert.Equal(other.State.Sum, _store.State.Sum);
        Assert.Equal(
            _store.State.Root.ChildrenFirst().Where(static node => node.ExpiresAt != V2Node.Never).Select(static node => node.Path).Order(),
            _store.State.Expiries.Select(static expiry => expiry.Path).Order());
    }

    [Fact]
    public void History_forgets_more_than_it_must_when_its_values_are_large()
    {
        // Two values of a thousand events each: more bytes than a member may have.
        string large = new('x', 1_200_000);
        for (int i = 0; i < V2History.EventsMax; i++)
        {
            Done(Put("/1/k", large));
        }

        V2History history = _store.State.History;
        Assert.InRange(history.Bytes, V2History.BytesMax / 2, V2History.BytesMax);
        Assert.InRange(history.Events.Count, 10, V2History.EventsMax / 2);
        Assert.Equal(V2ErrorCode.EventIndexCleared, history.Find("/1/k", isRecursive: false, history.First - 1, _store.State.Index).Error!.Code);
        Assert.NotNull(history.Find("/1/k", isRecursive: false, history.First, _store.State.Index).Event);

        var other = new V2Store(V2StateCodec.Decode(V2StateCodec.Encode(_store.Capture())));
        Assert.Equal((history.First, history.Last, history.Bytes), (other.State.History.First, other.State.History.Last, other.State.History.Bytes));
        Assert.Null(other.Apply(Put("/1/k", "small")).Error);
    }

    [Fact]
    public void Sum_counts_paths_and_values_and_goes_with_them()
    {
        V2Sum before = _store.State.Sum;
        Done(Put("/1/d/é", "12345"));
        Assert.Equal(before.Bytes + (2 * V2Sum.NodeBytes) + 4 + 7 + 5, _store.State.Sum.Bytes);
        Assert.NotEqual(before.Digest, _store.State.Sum.Digest);
        Done(Delete("/1/d") with { IsRecursive = true });
        Assert.Equal(before, _store.State.Sum);
    }

    [Theory]
    [InlineData("/1/a", "/", "/1")]
    [InlineData("/", "/1/a", "/1")]
    [InlineData("/", "/1", "/1")]
    public void Nodes_that_are_not_in_order_are_no_state(params string[] paths)
    {
        byte[] bytes = [.. paths.SelectMany(static (path, at) => V2StateCodec.Encode(V2State.Initial with
        {
            Root = V2Node.Directory(path, (ulong)at, V2Node.Never),
        }))];

        Assert.Throws<MalformedMessageException>(() => V2StateCodec.Decode(bytes));
    }

    private static V2Request Next(Random random, long now)
    {
        string path = "/1" + string.Concat(Enumerable.Range(0, random.Next(1, 4)).Select(_ => "/" + (char)('a' + random.Next(3))));
        string[] methods = [V2Request.Put, V2Request.Put, V2Request.Put, V2Request.Post, V2Request.Delete, V2Request.Sync, V2Request.QuorumGet];
        return new V2Request(methods[random.Next(methods.Length)], path)
        {
            Value = random.Next(3) == 0 ? string.Empty : $"{random.Next(3)}",
            IsDirectory = random.Next(4) == 0,
            IsRecursive = random.Next(4) == 0,
            PrevExist = random.Next(4) switch { 0 => true, 1 => false, _ => null },
            PrevValue = random.Next(6) == 0 ? $"{random.Next(3)}" : string.Empty,
            PrevIndex = random.Next(8) == 0 ? (ulong)random.Next(50) : 0,
            ExpiresAt = random.Next(3) == 0 ? now + (random.Next(10) * Second) : V2Node.Never,
            Refresh = random.Next(8) == 0 ? true : null,
            Time = now,
        };
    }

    private static V2Request Put(string path, string value) => new(V2Request.Put, path) { Value = value, Time = Now };

    private static V2Request Delete(string path) => new(V2Request.Delete, path) { Time = Now };

    private void Sync(long until) => _store.Apply(new V2Request(V2Request.Sync, "/") { Time = until });

    private V2Event Done(V2Request request)
    {
        (V2Event? happened, V2Error? error) = _store.Apply(request);
        Assert.Null(error);
        return happened!;
    }

    private V2Error Refused(V2Request request)
    {
        (V2Event? happened, V2Error? error) = _store.Apply(request);
        Assert.Null(happened);
        return error!;
    }
}
