using System.Collections.Immutable;
using ActorEtcd.Apply;
using ActorEtcd.Client;
using ActorEtcd.Messages;
using ActorEtcd.Specs.Apply;
using ActorEtcd.Specs.TestKit;
using ActorEtcd.Store;
using ActorEtcd.Watch;
using Akka.Actor;
using Akka.Configuration;

namespace ActorEtcd.Specs.Watch;

/// <summary>A hub over a real store, and what the store went through.</summary>
public abstract class WatchSpecBase : PatientTestKit
{
    protected static readonly TimeSpan ProgressInterval = TimeSpan.FromMinutes(10);
    protected const int FragmentBytes = 200;

    // Watchers that are stopped while much is on its way to them leave many dead letters.
    protected static readonly Config Quiet = ConfigurationFactory.ParseString("akka.loglevel = ERROR, akka.stdout-loglevel = OFF");

    private readonly List<WatchEvent> _history = [];

    protected WatchSpecBase(Config config)
        : base(config)
    {
        Applied = new AppliedStore();
        Views = new ViewSource(Applied.Store.View);
        Hub = Sys.ActorOf(WatchHubActor.Props(Views, new WatchSettings(ProgressInterval, FragmentBytes)), "watch");
    }

    private protected AppliedStore Applied { get; set; }

    protected ViewSource Views { get; }

    protected IActorRef Hub { get; }

    /// <summary>Every event there ever was.</summary>
    protected IReadOnlyList<WatchEvent> History => _history;

    protected long Revision => Views.Current.Revision;

    private protected IActorRef Open(RecordingSink sink)
    {
        var reply = new Pending<IActorRef>();
        Hub.Tell(new OpenWatchStream(sink, reply));
        return reply.Completion.AsTask().GetAwaiter().GetResult();
    }

    protected static CreateWatch Watch(string key, string end = "", long start = 0)
        => new(new WatchRange(Bytes.FromUtf8(key), Bytes.FromUtf8(end))) { StartRevision = start };

    private protected void Put(string key, string value = "v") => Apply(AppliedStore.Put(key, value));

    protected void Apply(params RaftCommand[] commands) => Announce(Applied.Apply(commands));

    /// <summary>Takes everything superseded out of the index and of the segments.</summary>
    protected void CompactPhysically()
    {
        while (Applied.Store.CompactSlice(7) || Applied.Store.RewriteSlice(7))
        {
        }

        Announce(Applied.Applier.Publish(Applied.Index, AppliedStore.Term));
    }

    /// <summary>Goes on with a store that a checkpoint brought, which is ahead by these commands.</summary>
    protected void ReplaceStore(params RaftCommand[] commands)
    {
        Applied = new AppliedStore(Applied.Storage, Applied.Checkpoint());
        var ahead = Applied.Apply(commands);
        Remember(ahead);
        Views.Current = ahead.View;
        Hub.Tell(new StoreReplaced(ahead.View));
    }

    private void Announce(AppliedBatch batch)
    {
        var events = Remember(batch);
        Views.Current = batch.View;
        if (!events.IsEmpty)
        {
            Hub.Tell(new EventsApplied(batch.View, events));
        }
    }

    private ImmutableArray<WatchEvent> Remember(AppliedBatch batch)
    {
        ImmutableArray<WatchEvent> events = [.. batch.Changes.Select(WatchEvents.Of)];
        _history.AddRange(events);
        return events;
    }
}
