namespace Akka.Dispatch.SysMsg;

/// <summary>
/// A message between cells. System messages have a queue of their own, are handled before user messages and are
/// never dropped by a bounded mailbox.
/// </summary>
public abstract class SystemMessage : ISystemMessage
{
    /// <summary>The link in the mailbox's queue; a message is in at most one queue.</summary>
    internal SystemMessage Next;

    protected SystemMessage()
    {
    }

    /// <summary>Held back while the cell is suspended by a failure of its own.</summary>
    internal virtual bool StashWhenFailed => false;

    /// <summary>Held back while a restart waits for children to stop.</summary>
    internal virtual bool StashWhenWaitingForChildren => false;

    public override string ToString() => "<" + GetType().Name + ">";
}
