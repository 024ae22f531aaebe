using ActorEtcd.Client;
using ActorEtcd.Raft;
using ActorEtcd.Store;

namespace ActorEtcd.Apply;

/// <summary>Edge to apply actor: everything replicated, at one moment.</summary>
public sealed record CaptureState(Pending<CapturedState> Reply) : IAwaitedRequest
{
    public void Fail(EtcdError error) => Reply.TryFail(error);
}

/// <summary>Everything replicated after the view's applied index, unchanging for as long as somebody holds it.</summary>
public sealed record CapturedState(StoreView View, ReplicatedState State, RaftConfiguration Configuration);
