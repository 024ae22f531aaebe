namespace ActorEtcd.Client;

/// <summary>A linearizable read that waits until this member's store holds all that was committed when it arrived.</summary>
public class PendingRead : Pending<bool>;
