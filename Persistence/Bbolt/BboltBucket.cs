namespace ActorEtcd.Persistence.Bbolt;

/// <summary>A bucket to be written.</summary>
/// <param name="Name">Its name; never twice in one file.</param>
/// <param name="Items">
/// What it holds, in strictly rising order of keys. Enumerated twice, once to learn the size of the file and once to
/// write it, and must give the same both times. The bytes of an item must not change until the enumeration ends.
/// </param>
public sealed record BboltBucket(string Name, IEnumerable<BboltItem> Items);
