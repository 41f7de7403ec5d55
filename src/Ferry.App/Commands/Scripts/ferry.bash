# Completion of ferry in bash.
#   once:   source <(ferry completions bash)
#   always: ferry completions bash > ~/.local/share/bash-completion/completions/ferry
_ferry() {
  local line=${COMP_LINE:0:COMP_POINT} typed=${COMP_WORDS[COMP_CWORD]} candidate meaning behind
  COMPREPLY=()
  while IFS=$'\t' read -r candidate meaning; do
    # Within quotes it stands as it is.
    if [[ $typed != [\'\"]* ]]; then
      printf -v candidate %q "$candidate"
      candidate=${candidate/#\\\~/\~}
    fi
    COMPREPLY+=("$candidate")
  done < <("${COMP_WORDS[0]/#\~/$HOME}" complete --line "${line#* }" 2>/dev/null)
  if ((${#COMPREPLY[@]} == 1)) && [[ ${COMPREPLY[0]} == *[/=] ]]; then compopt -o nospace; fi
  # Readline replaces only what is behind the last : or = or @ of the word.
  behind=${line##*[[:space:]]}
  behind=${behind%"${behind##*[:=@]}"}
  if [[ $behind && $typed != [\'\"]* ]]; then COMPREPLY=("${COMPREPLY[@]#"$behind"}"); fi
}
complete -o nosort -F _ferry ferry
