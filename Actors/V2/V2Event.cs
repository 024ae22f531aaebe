namespace ActorEtcd.V2;

/// <summary>What happened, or what was found (etcd: <c>v2store.Event</c>).</summary>
/// <param name="Action">What.</param>
/// <param name="Node">The node after it; its modified index is the index of the event.</param>
/// <param name="PrevNode">The node before it, when there was one.</param>
/// <param name="StoreIndex">The store's index when it was answered.</param>
public sealed record V2Event(V2Action Action, V2NodeView Node, V2NodeView? PrevNode, ulong StoreIndex)
{
    /// <summary>It only gave the node more time, which watchers do not hear of.</summary>
    public bool IsRefresh { get; init; }

    public bool IsCreated => Action == V2Action.Create || (Action == V2Action.Set && PrevNode is null);
}
