namespace Akka.Dispatch.SysMsg;

/// <summary>Marks the end of a closed system queue; it is never delivered.</summary>
public sealed class NoMessage : SystemMessage
{
}
