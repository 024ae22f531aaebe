using ActorEtcd.Store;
using ActorEtcd.V2;

namespace ActorEtcd.Alarms;

/// <summary>What the quota counts.</summary>
public static class SpaceUse
{
    /// <summary>Bytes of records that can still be read, and of the v2 store's keys.</summary>
    public static long LiveBytes(StoreView view, V2State v2) => view.Size.LiveBytes + v2.Sum.Bytes;
}
