#compdef ferry
# Completion of ferry in zsh.
#   once:   source <(ferry completions zsh)
#   always: ferry completions zsh > a folder of $fpath, as _ferry
_ferry() {
  local candidate meaning
  local -a whole whole_lines open open_lines
  while IFS=$'\t' read -r candidate meaning; do
    if [[ $candidate == *[/=] ]]; then
      open+=("$candidate") open_lines+=("$candidate${meaning:+  -- $meaning}")
    else
      whole+=("$candidate") whole_lines+=("$candidate${meaning:+  -- $meaning}")
    fi
  done < <("${(Q)words[1]/#\~/$HOME}" complete -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)
  local -a as_typed
  [[ $PREFIX == \~* ]] && as_typed=(-Q)
  (( $#whole )) && compadd $as_typed -V whole -l -d whole_lines -a whole
  (( $#open )) && compadd $as_typed -V open -S '' -d open_lines -a open
}
if [[ $funcstack[1] == _ferry ]]; then _ferry "$@"; else compdef _ferry ferry; fi
