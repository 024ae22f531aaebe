namespace ActorEtcd.Apply;

/// <summary>Hears how compaction goes on, on the apply actor's thread; must not block.</summary>
public interface ICompactionObserver
{
    /// <summary>A slice took superseded changes out of the index; requests waited for it.</summary>
    void IndexSlice(TimeSpan duration, long changes);

    /// <summary>A slice moved live records out of segments with little else; requests waited for it.</summary>
    void MoveSlice(TimeSpan duration);

    /// <summary>The index is rid of everything before the compact revision.</summary>
    void Ended(TimeSpan duration, DateTimeOffset at);
}
