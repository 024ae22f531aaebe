using ActorEtcd.Messages;
using ActorEtcd.Specs.TestKit;
using ActorEtcd.V2;
using Akka.Actor;
using Xunit;

namespace ActorEtcd.Specs.V2;

public sealed class V2WatchHubActorSpec : PatientTestKit
{
    private readonly V2Store _store = new(V2State.Initial);
    private readonly V2Source _source;
    private readonly IActorRef _hub;

    public V2WatchHubActorSpec()
    {
        _source = new V2Source(_store.State, _store.Counters);
        _hub = Sys.ActorOf(V2WatchHubActor.Props(_source));
    }

    [Fact]
    public void Watcher_that_does_not_stream_hears_of_one_event_and_ends()
    {
        Watch("/1/a");
        ExpectMsg("started 0");
        Set("/1/b");
        Set("/1/a");
        Set("/1/a");

        ExpectMsg("set /1/a 2");
        ExpectMsg("ended");
        ExpectNoMsg(TimeSpan.FromMilliseconds(30));
        Assert.Equal((0, 1), (_source.Watchers, _source.WatchRequests));
    }

    [Fact]
    public void Recursive_stream_hears_of_everything_below_that_is_not_hidden()
    {
        Watch("/1/d", isRecursive: true, isStream: true);
        ExpectMsg("started 0");
        Set("/1/d/x/y");
        Set("/1/d/_hidden/z");
        Set("/1/dd");
        Set("/1/d/x");

        ExpectMsg("set /1/d/x/y 1");
        ExpectNoMsg(TimeSpan.FromMilliseconds(30));
        Assert.Equal(1, _source.Watchers);
    }

    [Fact]
    public void Watcher_of_a_node_hears_when_the_directory_that_it_is_in_goes()
    {
        Set("/1/d/x/y");
        Watch("/1/d/x/y");
        Watch("/1/d/none");
        ExpectMsg("started 1");
        ExpectMsg("started 1");
        Apply(new V2Request(V2Request.Delete, "/1/d") { IsRecursive = true });

        ExpectMsg("delete /1/d 2");
        ExpectMsg("ended");
        ExpectNoMsg(TimeSpan.FromMilliseconds(30));
    }

    [Fact]
    public void Watch_from_an_index_of_the_past_is_answered_from_the_history_or_refused()
    {
        for (int i = 0; i < V2History.EventsMax + 5; i++)
        {
            Set($"/1/{i % 2}");
        }

        Watch("/1/0", since: 10);
        ExpectMsg("started 1005");
        ExpectMsg("set /1/0 11");
        ExpectMsg("ended");
        Watch("/1/0", since: 5);
        ExpectMsg("refused 401");
    }

    [Fact]
    public void Stream_from_an_index_of_the_past_goes_on_with_what_follows()
    {
        Set("/1/a");
        Set("/1/b");
        Set("/1/a");
        Watch("/1/a", isStream: true, since: 1);
        ExpectMsg("started 3");
        ExpectMsg("set /1/a 1");
        ExpectMsg("set /1/a 3");
        Set("/1/a");
        ExpectMsg("set /1/a 4");
    }

    [Fact]
    public void Watcher_without_room_ends()
    {
        Watch("/1/a", isStream: true, eventsMax: 1);
        ExpectMsg("started 0");
        Set("/1/a");
        Set("/1/a");
        Set("/1/a");

        ExpectMsg("set /1/a 1");
        ExpectMsg("ended");
        ExpectNoMsg(TimeSpan.FromMilliseconds(30));
    }

    [Fact]
    public void Watchers_hear_what_they_missed_when_the_state_is_replaced()
    {
        Watch("/1/a");
        Watch("/1/", isRecursive: true, isStream: true);
        ExpectMsg("started 0");
        ExpectMsg("started 0");
        _store.Apply(new V2Request(V2Request.Put, "/1/b"));
        _store.Apply(new V2Request(V2Request.Put, "/1/a"));
        _hub.Tell(new V2Replaced(_store.State));

        string[] heard = [.. ReceiveN(4).Cast<string>()];
        Assert.Equal(["ended", "set /1/a 2", "set /1/a 2", "set /1/b 1"], heard.Order());
    }

    private void Watch(string path, bool isRecursive = false, bool isStream = false, ulong since = 0, int eventsMax = int.MaxValue)
        => _hub.Tell(new V2Watch(V2Path.Clean(path), isRecursive, isStream, since, new RecordingWatcher(TestActor, eventsMax)));

    private void Set(string path) => Apply(new V2Request(V2Request.Put, path) { Value = "x" });

    private void Apply(V2Request request)
    {
        _store.Apply(request);
        _hub.Tell(new V2Applied(_store.State, _store.DrainNotices()));
    }
}
