namespace Ferry.TestKit.Disks;

/// <summary>What a disk can be asked to do; each is a place where the power can go.</summary>
internal enum DiskOperation
{
    FileExists, FolderExists, Stamp, CreateFolder, List, Open, Create, Rename, Replace, Delete, FlushFolder,
    CreateLink, DeleteFolder, FlushTree, Length, Read, Write, SetLength, Reserve, Flush, StampOpen, SetTraits,
}
