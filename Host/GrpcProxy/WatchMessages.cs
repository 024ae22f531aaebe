using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Protos.Etcdserverpb;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary>A client's watch begins.</summary>
internal sealed record JoinWatch(ProxyWatcher Watcher);

/// <summary>A watch that was parked goes on.</summary>
internal sealed record RejoinWatch(ProxyWatcher Watcher);

/// <summary>A client's watch ends; whoever asked for that is told so.</summary>
internal sealed record LeaveWatch(ProxyWatcher Watcher, bool IsAsked);

/// <summary>A client asks how far its watches are complete; this is for one of them.</summary>
internal sealed record AskProgress(ProxyWatcher Watcher, ProgressRound Round);

/// <summary>
/// The cluster tells something to an upstream watch. Nothing more is read from there before <paramref name="Handled"/>.
/// </summary>
/// <param name="Next">Everything below this revision has been told by now.</param>
/// <param name="IsLive">Whether everything that had happened when this was told has been told by now.</param>
internal sealed record UpstreamTold(UpstreamWatch Watch, WatchResponse Response, long Next, bool IsLive, TaskCompletionSource Handled);

/// <summary>The connection of an upstream watch is lost; it is made again.</summary>
internal sealed record UpstreamLost(UpstreamWatch Watch);

/// <summary>The cluster refuses to whom the upstream watch belongs.</summary>
internal sealed record UpstreamRefused(UpstreamWatch Watch, ProxyWatcher Source, GrpcStatus Status);
