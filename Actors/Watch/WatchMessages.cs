using System.Collections.Immutable;
using ActorEtcd.Client;
using ActorEtcd.Store;
using Akka.Actor;

namespace ActorEtcd.Watch;

/// <summary>Apply actor to hub: a batch was published. Events are in revision order and complete per revision.</summary>
public sealed record EventsApplied(StoreView View, ImmutableArray<WatchEvent> Events);

/// <summary>Apply actor to hub: the store was replaced by a newer one from the leader; its history tells what was missed.</summary>
public sealed record StoreReplaced(StoreView View);

/// <summary>Edge to hub: opens a stream of watchers that writes to the sink; answered with the stream's actor.</summary>
public sealed record OpenWatchStream(IWatchSink Sink, Pending<IActorRef> Reply) : IAwaitedRequest
{
    public void Fail(EtcdError error) => Reply.TryFail(error);
}

/// <summary>Edge to stream: ends a watcher.</summary>
public sealed record CancelWatch(long WatchId);

/// <summary>Edge to stream: tell how far the whole stream has come, once every watcher is live.</summary>
public sealed record RequestProgress
{
    public static readonly RequestProgress Instance = new();
}

/// <summary>Watcher to hub: from now on send me the events of my range.</summary>
internal sealed record JoinLive(WatchRange Range, int Epoch);

/// <summary>Hub to watcher: you get all events after <paramref name="Revision"/>; earlier ones are in the store.</summary>
internal sealed record JoinedLive(long Revision, int Epoch);

/// <summary>Watcher to hub: send me no more.</summary>
internal sealed record LeaveLive(int Epoch);

/// <summary>Hub to watcher: the events of its range in one published batch.</summary>
internal sealed record LiveEvents(StoreView View, ImmutableArray<WatchEvent> Events);

/// <summary>
/// Hub to watcher: you were sent everything up to the revision and get no more. Without having been asked for it, it
/// means that the store was replaced: read what you miss and join again.
/// </summary>
internal sealed record LeftLive(long Revision, int Epoch);

/// <summary>Watcher to hub: up to which revision was every event sent to me?</summary>
internal sealed record ProgressQuery(long Token);

/// <summary>Hub to watcher: every event up to the revision was sent before this message.</summary>
internal sealed record ProgressAt(long Token, long Revision);

/// <summary>Stream to watcher: the sink is full, stop sending.</summary>
internal sealed record PauseWatcher
{
    public static readonly PauseWatcher Instance = new();
}

/// <summary>Stream to watcher: the sink has room, go on.</summary>
internal sealed record ResumeWatcher
{
    public static readonly ResumeWatcher Instance = new();
}

/// <summary>Stream to watcher: answer with <see cref="WatcherProgress"/> as soon as you are live.</summary>
internal sealed record AskProgress(long Token);

/// <summary>Watcher to stream: everything up to the revision was sent.</summary>
internal sealed record WatcherProgress(long Token, long Revision);

/// <summary>Watcher to stream: a response for the client. A final one is the watcher's last.</summary>
internal sealed record WatcherOutput(WatchUpdate Update, bool IsFinal = false);

/// <summary>Watcher to itself, by way of the stream when it has just sent some: read the next slice of history.</summary>
internal sealed record ReadNextSlice(int Epoch);

/// <summary>Watcher to itself: time for a progress notification, unless events were sent since the last.</summary>
internal sealed record NotifyProgress
{
    public static readonly NotifyProgress Instance = new();
}
