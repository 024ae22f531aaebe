namespace ActorEtcd.Log;

/// <summary>Raft to log: the sender is to be told about writes and checkpoints from now on.</summary>
public sealed record AttachRaft
{
    public static readonly AttachRaft Instance = new();

    private AttachRaft()
    {
    }
}
