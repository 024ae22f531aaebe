using ActorEtcd.Host.Cli.Utl;
using ActorEtcd.Persistence.Bbolt;
using ActorEtcd.Persistence.EtcdData;
using ActorEtcd.Specs.Persistence.Bbolt;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Persistence.EtcdData;

/// <summary>What a real etcd left on disk, whole and damaged.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class EtcdMemberDirectorySpec : IAsyncLifetime, IDisposable
{
    private const int Seed = 3423;

    private readonly TempDir _dir = new();

    private string DataDir => Path.Combine(_dir.Path, "default");

    private string Wal => Directory.GetFiles(EtcdMemberDirectory.WalPath(DataDir), "*.wal").Order(StringComparer.Ordinal).Last();

    public async Task InitializeAsync()
    {
        var settings = MemberSettings.Alone(_dir.Path) with
        {
            ExtraArguments = ["--backend-batch-interval", "10m", "--backend-batch-limit", "1000000", "--snapshot-count", "150"],
        };
        await using var etcd = new EtcdProcess(settings);
        await etcd.StartAndWaitAsync();
        await using var channel = await etcd.ConnectAsync();
        await History.MakeAsync(channel);
        await etcd.KillAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _dir.Dispose();

    [Fact]
    public void Whole_directory_is_read_twice_alike()
    {
        using var first = Read();
        Assert.Equal("default", first.Name);
        Assert.True(first.BaseIndex > 0 && first.Committed.Length > 0 && first.Uncommitted.IsEmpty);
        using var second = Read();
        Assert.Equal(first.Committed.Select(Described), second.Committed.Select(Described));

        static string Described(EtcdEntry entry) => $"{entry.Index} {entry.Term} {entry.Type} {entry.Data.Length}";
    }

    [Fact]
    public void Log_cut_off_in_a_record_is_refused_with_file_and_offset()
    {
        var ends = RecordEnds();
        var whole = File.ReadAllBytes(Wal);
        var random = new Random(Seed);
        for (var round = 0; round < 60; round++)
        {
            var length = random.Next(9, (int)ends[^1]);
            File.WriteAllBytes(Wal, whole[..length]);
            var refusal = Record.Exception(() => Read().Dispose());
            if (ends.Contains(length))
            {
                continue;
            }

            Assert.True(
                refusal is EtcdFileDamagedException damage && damage.File == Wal,
                $"cut at {length}, seed {Seed}: {refusal?.Message ?? "it was taken"}");
        }

        File.WriteAllBytes(Wal, whole);
        Read().Dispose();
    }

    [Fact]
    public void Changed_bit_in_the_log_is_refused_with_file_and_offset()
    {
        var end = RecordEnds()[^1];
        var random = new Random(Seed);
        for (var round = 0; round < 200; round++)
        {
            var offset = round < 40 ? end - 1 - round : random.NextInt64(end);
            var mask = (byte)(1 << random.Next(8));
            var original = Flip(offset, mask);
            var refusal = Record.Exception(() => Read().Dispose());
            Assert.True(
                refusal is EtcdFileDamagedException damage && damage.File == Wal,
                $"bit {mask} at {offset}, which was {original}, seed {Seed}: {refusal?.Message ?? "it was taken"}");
            Flip(offset, mask);
        }

        Read().Dispose();
    }

    [Fact]
    public void Record_that_a_crash_left_half_written_is_left_out_and_told()
    {
        var ends = RecordEnds();
        using (var file = File.OpenWrite(Wal))
        {
            file.Position = ends[^2] + 8;
            var start = file.Position;

            // Sectors that were never written are as they were: zeros.
            file.Write(new byte[ends[^1] - start]);
        }

        using (var file = new FileStream(Wal, FileMode.Open, FileAccess.ReadWrite))
        {
            file.Position = ends[^2];
            file.Write(BitConverter.GetBytes(4096L));
        }

        using var state = Read();
        Assert.Contains("never completed", Assert.Single(state.Notices), StringComparison.Ordinal);
    }

    [Fact]
    public void Data_behind_blank_space_is_refused()
    {
        var end = RecordEnds()[^1];
        using (var file = File.OpenWrite(Wal))
        {
            file.Position = end + 100_000;
            file.WriteByte(1);
        }

        Assert.Contains("blank space is followed by data", Assert.Throws<EtcdFileDamagedException>(() => Read().Dispose()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_log_and_log_behind_the_database_are_refused()
    {
        var wal = EtcdMemberDirectory.WalPath(DataDir);
        Directory.Move(wal, wal + ".away");
        Assert.Contains("does not exist", Assert.Throws<EtcdDataException>(() => Read().Dispose()).Message, StringComparison.Ordinal);
        Directory.Move(wal + ".away", wal);

        // Everything up to the first entry stays.
        var whole = File.ReadAllBytes(Wal);
        Array.Clear(whole, (int)RecordEnds()[4], whole.Length - (int)RecordEnds()[4]);
        File.WriteAllBytes(Wal, whole);
        Assert.Throws<EtcdDataException>(() => Read().Dispose());
    }

    [Fact]
    public void Changed_bit_in_the_newest_snapshot_file_is_refused()
    {
        var newest = Directory.GetFiles(EtcdMemberDirectory.SnapPath(DataDir), "*.snap").Order(StringComparer.Ordinal).Last();
        var content = File.ReadAllBytes(newest);
        var random = new Random(Seed);
        for (var round = 0; round < 40; round++)
        {
            var damaged = content.ToArray();
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(newest, damaged);
            Assert.Throws<EtcdFileDamagedException>(() => Read().Dispose());
            File.WriteAllBytes(newest, content[..random.Next(content.Length)]);
            Assert.Throws<EtcdFileDamagedException>(() => Read().Dispose());
        }
    }

    [Fact]
    public void Database_cut_off_is_refused()
    {
        var path = EtcdMemberDirectory.DatabasePath(DataDir);
        var content = File.ReadAllBytes(path);
        using var whole = BboltReader.Open(path);
        var random = new Random(Seed);
        for (var round = 0; round < 40; round++)
        {
            var cut = Path.Combine(_dir.Path, "cut");
            File.WriteAllBytes(cut, content[..random.Next((int)whole.Length)]);
            Assert.Throws<BboltDamagedException>(() => EtcdDatabase.Open(cut).Dispose());
        }
    }

    [Fact]
    public void Changed_bit_in_the_database_never_ends_in_anything_but_a_refusal()
    {
        var path = EtcdMemberDirectory.DatabasePath(DataDir);
        var content = File.ReadAllBytes(path);
        var random = new Random(Seed);
        var refused = 0;
        for (var round = 0; round < 400; round++)
        {
            // The beginning of a page is where its structure is.
            var damaged = content.ToArray();
            var offset = round % 2 == 0 ? random.Next(damaged.Length) : (random.Next(damaged.Length / 4096) * 4096) + random.Next(64);
            damaged[offset] ^= (byte)(1 << random.Next(8));
            var file = Path.Combine(_dir.Path, "flipped");
            File.WriteAllBytes(file, damaged);
            var outcome = Record.Exception(() =>
            {
                using var database = EtcdDatabase.Open(file);
                KvHashOfFile.Of(database, revision: 0);
            });
            Assert.True(
                outcome is null or BboltDamagedException or EtcdDataException, $"bit at {offset}, round {round} of seed {Seed}: {outcome}");
            refused += outcome is null ? 0 : 1;
        }

        Assert.True(refused > 20, $"only {refused} were refused");
    }

    [Fact]
    public void Database_that_came_with_a_snapshot_is_taken_when_the_own_one_is_older()
    {
        var snap = EtcdMemberDirectory.SnapPath(DataDir);
        var path = EtcdMemberDirectory.DatabasePath(DataDir);
        var newest = EtcdSnapshotFile.FindNewest(snap, EtcdWalSummary.Read(EtcdMemberDirectory.WalPath(DataDir)).Snapshots);
        Assert.NotNull(newest);
        using var before = Read();
        File.Move(path, Path.Combine(snap, $"{newest.Index:x16}.snap.db"));
        using (var old = File.Create(path))
        {
            BboltWriter.Plan([new BboltBucket("meta", [new BboltItem("consistent_index"u8.ToArray(), new byte[] { 0, 0, 0, 0, 0, 0, 0, 1 })])]).WriteTo(old);
        }

        using (var after = Read())
        {
            Assert.Equal(before.BaseIndex, after.BaseIndex);
        }

        File.Delete(Path.Combine(snap, $"{newest.Index:x16}.snap.db"));
        Assert.Contains("before the snapshot", Assert.Throws<EtcdDataException>(() => Read().Dispose()).Message, StringComparison.Ordinal);
    }

    private EtcdMemberState Read() => EtcdMemberDirectory.Read(DataDir);

    private byte Flip(long offset, byte mask)
    {
        using var file = new FileStream(Wal, FileMode.Open, FileAccess.ReadWrite);
        file.Position = offset;
        var value = (byte)file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(value ^ mask));
        return value;
    }

    /// <summary>Where the records of the last file end, read without the reader that is specified here.</summary>
    private List<long> RecordEnds()
    {
        var content = File.ReadAllBytes(Wal);
        var ends = new List<long>();
        var offset = 0L;
        while (BitConverter.ToUInt64(content, (int)offset) is var field && field != 0)
        {
            offset += 8 + (long)(field & 0x00FF_FFFF_FFFF_FFFF) + ((field >> 63) == 0 ? 0 : (long)((field >> 56) & 7));
            ends.Add(offset);
        }

        return ends;
    }
}
