namespace ActorEtcd.V2;

/// <summary>The words for actions in answers.</summary>
public static class V2Actions
{
    public static string TextOf(V2Action action) => action switch
    {
        V2Action.Get => "get",
        V2Action.Create => "create",
        V2Action.Set => "set",
        V2Action.Update => "update",
        V2Action.Delete => "delete",
        V2Action.CompareAndSwap => "compareAndSwap",
        V2Action.CompareAndDelete => "compareAndDelete",
        V2Action.Expire => "expire",
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, "not an action of the v2 store"),
    };
}
