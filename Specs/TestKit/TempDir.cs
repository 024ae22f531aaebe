namespace ActorEtcd.Specs.TestKit;

/// <summary>A fresh directory that goes away with its owner.</summary>
public sealed class TempDir : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("actor-etcd-specs-").FullName;

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
