namespace ActorEtcd.Messages;

/// <summary>
/// An operation of no known kind, as a client may send it. It is kept so that the validation of a transaction meets it
/// in its place and refuses the transaction as etcd does; it never reaches the log.
/// </summary>
public sealed record EmptyOp : RequestOp
{
    public static readonly EmptyOp Instance = new();
}
